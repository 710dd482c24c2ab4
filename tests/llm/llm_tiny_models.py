"""Tiny random models with real tokenizers, made on the spot: no download, no network."""

from pathlib import Path

CORPUS = [
    "def add(a, b):\n    return a + b\n",
    "Write the Python function `add`.\n\nReturns the sum of a and b.\n",
    "```python\ndef total(items):\n    result = 0\n    for item in items:\n        result += item\n```\n",
    "You are a careful Python programmer. Tests that must pass. Signature. Answer.",
]
TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def save_tokenizer(path: Path, *, template: str | None = None) -> int:
    """A byte-level BPE of 400 entries; its size is returned."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=specials,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|pad|>")
    fast.chat_template = template
    fast.save_pretrained(path)
    return len(fast)


def save_llama(path: Path, *, template: str | None = None, context: int = 4096) -> Path:
    """A causal model of about 40 000 random parameters."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    size = save_tokenizer(path, template=template)
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=size, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=context, tie_word_embeddings=True,
        initializer_range=0.5, bos_token_id=None, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(path)
    return path


def save_t5(path: Path) -> Path:
    """A sequence-to-sequence model of about 40 000 random parameters."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    size = save_tokenizer(path)
    torch.manual_seed(1)
    config = T5Config(
        vocab_size=size, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, decoder_start_token_id=0,
        eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(path)
    return path


def save_gpt2(path: Path, *, context: int) -> Path:
    """A causal model with learned positions: it breaks where a position leaves the context."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    size = save_tokenizer(path)
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=size, n_embd=32, n_layer=2, n_head=4, n_positions=context, bos_token_id=1, eos_token_id=1,
    )  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(path)
    return path


def save_bart(path: Path, *, context: int) -> Path:
    """A sequence-to-sequence model with learned positions."""
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    size = save_tokenizer(path)
    torch.manual_seed(1)
    config = BartConfig(
        vocab_size=size, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=context,
        pad_token_id=0, bos_token_id=1, eos_token_id=1, decoder_start_token_id=0, forced_eos_token_id=None,
    )  # fmt: skip
    BartForConditionalGeneration(config).save_pretrained(path)
    return path
