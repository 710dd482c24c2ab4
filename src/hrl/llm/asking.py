"""One paid question: admitted by the budget, answered, charged and recorded, for whoever asks."""

from __future__ import annotations

from hrl.budget import Ledger
from hrl.events import ModelAnswered, Recorder
from hrl.llm.base import ChatModel
from hrl.llm.requests import BrokenReply, Call, Completion


def ask(
    model: ChatModel, call: Call, *, episode: str, ledger: Ledger, recorder: Recorder, final: bool = False
) -> Completion:
    """Ask the model one thing.

    Args:
        model: who answers.
        call: what is asked.
        episode: whom the event belongs to.
        ledger: the account; `final` may use its reserve.
        recorder: receives the event.
        final: see `Ledger`.

    Raises:
        BudgetExceeded: the budget allows no call.
        ModelUnavailable: the model cannot answer.
    """
    ledger.admit_model_call(final=final)
    answer = model.complete([call])[0]
    ledger.charge_model_call(answer.key, answer.usage)
    recorder.emit(
        ModelAnswered(
            episode=episode,
            request=call.request.kind,
            key=answer.key,
            reply=answer.reply.kind,
            finish=answer.finish,
            usage=answer.usage,
            batch=answer.batch,
            cached=answer.cached,
            mean_logprob=answer.mean_logprob,
            problem=answer.reply.reason if isinstance(answer.reply, BrokenReply) else "",
        )
    )
    return answer
