"""What is measured: templates, curriculum, MBPP, HumanEval."""
