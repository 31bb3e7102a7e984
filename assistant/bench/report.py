"""The figures of the benchmark in French, for people; the names in JSON are the figures' own."""

from __future__ import annotations

from collections.abc import Mapping

PARTS = {
    "pc": "Mémoire et processeur de ce poste",
    "load": "Chargement du modèle",
    "prefill_512": "Lecture d’un texte court",
    "prefill_2048": "Lecture d’un texte long",
    "decode_depth_0": "Écriture au début d’un texte",
    "decode_depth_1024": "Écriture après un texte",
    "memory": "Mémoire occupée",
    "first_token": "Attente du premier mot",
    "second_action": "Deuxième demande sur la même source",
    "task_300_words": "Tâche entière, 300 mots",
    "task_1000_words": "Tâche entière, 1\u202f000 mots",
    "task_3000_words": "Tâche entière, 3\u202f000 mots",
    "speculation_copy": "Écriture d’un texte qui recopie sa source",
    "speculation_free": "Écriture d’un texte libre",
    "speculation_same_tokens": "Même texte avec et sans accélération",
    "stops": "Délai d’arrêt",
    "placement": "Copie stricte",
    "constraints": "Verrou des nombres et grammaires",
    "strict_copy": "Copie stricte d’une note",
    "reference": "Outils de llama.cpp",
}

SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Ce poste", (
        ("processor", "Processeur"),
        ("physical_cores", "Cœurs"),
        ("threads", "Cœurs utilisés"),
        ("read_bandwidth_bytes_per_s", "Mémoire lue, tous cœurs"),
        ("read_bandwidth_one_thread_bytes_per_s", "Mémoire lue, un cœur"),
        ("prefill_over_decode", "Lecture rapportée à l’écriture"),
        ("other_programs_share", "Part d’un cœur prise par d’autres programmes"),
    )),
    ("Vitesse (un jeton est un morceau de mot, environ la moitié d’un mot français)", (
        ("load_s", "Chargement du modèle"),
        ("prefill_512_tokens_per_s", "Lecture, texte court"),
        ("prefill_2048_tokens_per_s", "Lecture, texte long"),
        ("decode_depth_0_tokens_per_s", "Écriture, début"),
        ("decode_depth_1024_tokens_per_s", "Écriture, après une longue source"),
        ("worker_memory_bytes", "Mémoire occupée par le moteur"),
        ("peak_memory_bytes", "Mémoire occupée au plus"),
        ("peak_memory_with_states_bytes", "Mémoire occupée au plus, lectures gardées comprises"),
    )),
    ("Attente du premier mot", (
        ("first_token_cold_s", "Sans rien de gardé"),
        ("first_token_warm_memory_s", "Début gardé en mémoire"),
        ("first_token_warm_disk_s", "Début gardé sur le disque"),
        ("first_token_memory_speedup", "Gain de la mémoire"),
        ("first_token_disk_speedup", "Gain du disque"),
        ("open_source_second_action_first_token_s", "Deuxième demande sur la même source"),
    )),
    ("Tâches entières", tuple(
        (f"task_{words}_words_{stage}_s", f"{shown} mots, {name}")
        for words, shown in ((300, "300"), (1000, "1\u202f000"), (3000, "3\u202f000"))
        for stage, name in (("reading", "lecture"), ("writing", "écriture de 120 jetons"))
    )),
    ("Copie stricte", (
        ("strict_copy_300_words_s", "Note de 300\u00a0mots mise en ordre"),
    )),
    ("Accélération par la source", (
        ("speculation_copy_speedup", "Texte qui recopie"),
        ("speculation_copy_share_of_best_rule", "Part de la meilleure règle fixe sur ce poste"),
        ("speculation_free_ratio", "Texte libre"),
        ("speculation_same_tokens_share", "Textes identiques au jeton près"),
        ("placement_speedup", "Copie stricte, face à l’écriture du même texte"),
    )),
    ("Garanties d’écriture, face à l’écriture libre", (
        ("lock_copy_ratio", "Verrou des nombres, texte qui recopie"),
        ("lock_free_ratio", "Verrou des nombres, texte libre"),
        ("grammar_copy_ratio", "Grammaire qui laisse tout écrire"),
        ("grammar_json_ratio", "Formulaire JSON"),
        ("lock_and_grammar_json_ratio", "Formulaire JSON et verrou des nombres"),
    )),
    ("Arrêt demandé, 95 fois sur 100 en moins de", (
        ("stop_prefill_p95_s", "Pendant la lecture"),
        ("stop_decode_p95_s", "Pendant l’écriture"),
    )),
    ("Face aux outils de llama.cpp (au-dessus de 1 : Aparté est devant)", (
        ("prefill_512_ratio", "Lecture"),
        ("decode_depth_0_ratio", "Écriture, début"),
        ("decode_depth_1024_ratio", "Écriture, après une longue source"),
        ("default_decode_depth_1024_ratio", "La même, face à ses propres réglages"),
        ("busy_core_decode_ratio", "Écriture à côté d’un programme qui occupe un cœur"),
        ("second_action_ratio", "Deuxième demande, face à un serveur qui relit tout"),
        ("second_action_against_kept_ratio", "Deuxième demande, face à un serveur qui garde tout"),
        ("peak_memory_ratio", "Mémoire occupée, rapportée à celle de la bibliothèque seule"),
    )),
)  # fmt: skip

_WIDTH = 54


def as_text(figures: Mapping[str, float | str]) -> str:
    """The figures that are there, by section, one a line."""
    lines: list[str] = []
    for title, rows in SECTIONS:
        shown = [(label, key) for key, label in rows if key in figures]
        if not shown:
            continue
        lines += ["", title] if lines else [title]
        for label, key in shown:
            lines.append(
                f"  {label:<{_WIDTH}} {worded(key, figures[key])}{_interval(key, figures)}"
            )
    return "\n".join(lines)


def worded(key: str, value: float | str) -> str:
    """``value`` with the unit that the end of ``key`` says, French typography."""
    if isinstance(value, str):
        return value
    if key.endswith("_tokens_per_s"):
        return f"{_decimal(value, 1)}\u00a0jetons/s"
    if key.endswith("_bytes_per_s"):
        return f"{_decimal(value / 1e9, 1)}\u00a0Go/s"
    if key.endswith("_bytes"):
        return f"{_decimal(value / 2**30, 2)}\u00a0Gio"
    if key.endswith("_s"):
        return (
            f"{_decimal(value * 1000, 0)}\u00a0ms" if value < 1 else f"{_decimal(value, 1)}\u00a0s"
        )
    if key.endswith("_share") or "_share_of_" in key:
        return f"{_decimal(value * 100, 0)}\u202f%"
    if key.endswith(("_ratio", "_speedup", "_over_decode")):
        return f"×\u00a0{_decimal(value, 2)}"
    return _decimal(value, 0)


def _interval(key: str, figures: Mapping[str, float | str]) -> str:
    low, high = figures.get(f"{key}_low"), figures.get(f"{key}_high")
    if not isinstance(low, float) or not isinstance(high, float):
        return ""
    return f" (de {_decimal(low, 2)} à {_decimal(high, 2)}, confiance 95\u202f%)"


def _decimal(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
