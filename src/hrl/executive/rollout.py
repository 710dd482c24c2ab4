"""Deciding, and the plain loop around it; a graph drives the same functions node by node."""

from __future__ import annotations

from hrl.events import Decided, EpisodeFinished, EpisodeStarted, Recorder
from hrl.executive.actions import Action
from hrl.executive.episode import Episode, outcome
from hrl.executive.features import EXECUTIVE, observe
from hrl.executive.mask import action_mask
from hrl.executive.transition import Tools, budget_left, step
from hrl.policies.base import Policy


def decide(episode: Episode, policy: Policy, recorder: Recorder, budget_left: float = 1.0) -> Action:
    """Ask the policy and record what it saw, what it could do and what it chose."""
    observation, mask = observe(episode, budget_left), action_mask(episode)
    choice = policy.act(observation, mask)
    values = choice.values
    recorder.emit(
        Decided(
            episode=episode.id,
            step=episode.steps,
            features=EXECUTIVE.named(observation),
            mask={name: bool(legal) for name, legal in zip(EXECUTIVE.actions, mask, strict=True)},
            values=dict(zip(EXECUTIVE.actions, values, strict=True)) if values is not None else None,
            action=EXECUTIVE.actions[choice.action],
            policy=policy.name,
        )
    )
    return Action(choice.action)


def announce(episode: Episode, recorder: Recorder) -> None:
    """Record that an episode begins."""
    recorder.emit(EpisodeStarted(episode.id, episode.subtask.name, episode.mode))


def conclude(episode: Episode, recorder: Recorder) -> None:
    """Record how an episode ended."""
    digest = episode.best.candidate.digest if episode.best else ""
    recorder.emit(EpisodeFinished(episode.id, episode.subtask.name, outcome(episode), digest, episode.steps))


def run_episode(episode: Episode, policy: Policy, tools: Tools) -> Episode:
    """Decide and step until the policy stops or a budget is spent."""
    announce(episode, tools.recorder)
    while episode.status == "running":
        action = decide(episode, policy, tools.recorder, budget_left(episode, tools))
        episode = step(episode, action, tools).episode
    conclude(episode, tools.recorder)
    return episode
