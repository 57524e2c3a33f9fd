"""What several scorers measure: every signal by name."""

from analyzer.issues.signals import balance, citing, references, spam, style, tone
from analyzer.issues.signals.signal import Signal

SIGNALS: dict[str, Signal] = {
    signal.name: signal for module in (style, tone, balance, citing, references, spam) for signal in module.SIGNALS
}
