"""What a file's name says of its episode."""

from datetime import date

import pytest

from bot.models import Metadata
from bot.transcripts.file_names import facts_in_name


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("Alerts that wake nobody.vtt", Metadata(title="Alerts that wake nobody")),
        ("alerts-that-wake-nobody.vtt", Metadata(title="Alerts that wake nobody")),
        ("alerts_that_wake.en.vtt", Metadata(title="Alerts that wake")),
        ("Alerts [abcdefghi_0].en.vtt", Metadata(title="Alerts")),
        ("s02e05.srt", Metadata(title="Episode 5", season=2, number=5)),
        ("S02E05 - Alerts.srt", Metadata(title="Alerts", season=2, number=5)),
        ("s2/show_s02_e05_alerts.srt", Metadata(title="Alerts", season=2, number=5)),
        ("The Show 3x07 Alerts.srt", Metadata(title="Alerts", season=3, number=7)),
        ("Season 2 Episode 5.srt", Metadata(title="Episode 5", season=2, number=5)),
        ("Alerts - S02E05.srt", Metadata(title="Alerts", season=2, number=5)),
        ("014 - Alerts.srt", Metadata(title="Alerts", number=14)),
        ("14. Alerts.srt", Metadata(title="Alerts", number=14)),
        ("014-alerts-at-night.srt", Metadata(title="Alerts at night", number=14)),
        ("122-alerts-at-night.srt", Metadata(title="Alerts at night", number=122)),
        ("10-things-about-alerts.srt", Metadata(title="10 things about alerts")),
        ("Alerts_transcript_corrected.txt", Metadata(title="Alerts")),
        ("#12 Alerts.srt", Metadata(title="Alerts", number=12)),
        ("episode-12.srt", Metadata(title="Episode 12", number=12)),
        ("Ep. 12 Alerts.srt", Metadata(title="Alerts", number=12)),
        ("10 things about alerts.srt", Metadata(title="10 things about alerts")),
        ("1984.srt", Metadata(title="1984")),
        ("2024-05-01-alerts.vtt", Metadata(title="Alerts", published=date(2024, 5, 1))),
        ("Staffel 3 Folge 7 - Brot.srt", Metadata(title="Brot", season=3, number=7)),
        ("3. Staffel, 7. Folge: Brot.srt", Metadata(title="Brot", season=3, number=7)),
        ("saison-3-episode-7-le-pain.srt", Metadata(title="Le pain", season=3, number=7)),
        ("Saison 3 Épisode 7 – Le pain.srt", Metadata(title="Le pain", season=3, number=7)),
        ("Temporada 2, episodio 11 El pan.srt", Metadata(title="El pan", season=2, number=11)),
        ("Stagione 1 Puntata 4 Il pane.srt", Metadata(title="Il pane", season=1, number=4)),
        ("сезон 2 выпуск 5 Хлеб.srt", Metadata(title="Хлеб", season=2, number=5)),
        ("第2季第5集 面包.srt", Metadata(title="面包", season=2, number=5)),
        ("第12回 パン.srt", Metadata(title="パン", number=12)),
        ("Folge 12 Brot.srt", Metadata(title="Brot", number=12)),
        ("avsnitt_12_bröd.srt", Metadata(title="Bröd", number=12)),
        ("N° 12 Le pain.srt", Metadata(title="Le pain", number=12)),
        ("12 mars 2024 - Le pain.srt", Metadata(title="Le pain", published=date(2024, 3, 12))),
        ("Brot (12.03.2024).srt", Metadata(title="Brot", published=date(2024, 3, 12))),
        ("20240312_brot.srt", Metadata(title="Brot", published=date(2024, 3, 12))),
        ("2024年3月12日 面包.srt", Metadata(title="面包", published=date(2024, 3, 12))),
        ("rMq63r3zi4c.txt", Metadata()),
        ("003_d3e640561e3edf3d.txt", Metadata()),
        ("7f3c2a9e-11d2-4b6a-9c1e-0a1b2c3d4e5f.json", Metadata()),
        ("transcript.vtt", Metadata()),
        ("GMT20240501-120000_Recording.vtt", Metadata()),
    ],
)
def test_a_name_says_title_season_and_number_unless_it_is_an_id(path: str, facts: Metadata) -> None:
    assert facts_in_name(path) == facts
