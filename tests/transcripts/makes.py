"""One short conversation, as the programs that make transcripts write it down.

Each make has the same words and times. Its `voices` are the speakers it knows: by name, by number
or not at all.
"""

import json
from dataclasses import dataclass

SAID = (
    (0.0, 3.5, "Welcome back, today we look at alerting rules."),
    (4.0, 7.5, "Thanks, I brought the ones that woke nobody."),
    (8.0, 11.5, "So which of them do you still trust?"),
)
NAMED = ("Mia Berg", "Tom Lund", "Mia Berg")
NUMBERED = ("0", "1", "0")
NOBODY = ("", "", "")


@dataclass(frozen=True, slots=True)
class Make:
    """What a program writes; `voices` are what identifies its speakers."""

    name: str
    file: str
    text: str
    voices: tuple[str, ...] = NOBODY


def clock(seconds: float, sign: str = ".") -> str:
    return f"00:00:{int(seconds):02}{sign}{round(seconds % 1 * 1000):03}"


def short(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def lines(template: str, between: str = "\n", voices: tuple[str, ...] = NAMED) -> str:
    """Fill in a template for each thing said, whole seconds as `{at}`, clocks as `{start}`."""
    return between.join(
        template.format(
            n=n,
            text=text,
            who=who,
            at=short(start),
            long=f"00:{short(start).zfill(5)}",
            until=short(end),
            start=clock(start),
            end=clock(end),
            start_comma=clock(start, ","),
            end_comma=clock(end, ","),
            seconds=start,
            seconds_end=end,
            ms=int(start * 1000),
            ms_end=int(end * 1000),
            lasting=int((end - start) * 1000),
            cs=f"0:00:{start:05.2f}",
            cs_end=f"0:00:{end:05.2f}",
        )
        for n, ((start, end, text), who) in enumerate(zip(SAID, voices, strict=True), start=1)
    )


def words_of(text: str, start: float, end: float) -> list[tuple[str, float, float]]:
    words = text.split()
    step = (end - start) / len(words)
    return [(w, start + n * step, start + (n + 1) * step) for n, w in enumerate(words)]


def each(*voices: str) -> list[tuple[float, float, str, str]]:
    return [(*said, who) for said, who in zip(SAID, voices or NOBODY, strict=True)]


def spread(*voices: str) -> list[tuple[str, float, float, str]]:
    """Return every word with its times and its voice."""
    return [
        (*word, who)
        for start, end, text, who in each(*voices)
        for word in words_of(text, start, end)
    ]


def signs(text: str) -> tuple[str, str]:
    """Split a word from the punctuation mark after it."""
    return (text[:-1], text[-1]) if text[-1] in ".,?" else (text, "")


def _aws() -> str:
    items: list[dict[str, object]] = []
    for word, start, end, _ in spread():
        plain, sign = signs(word)
        items.append(
            {"type": "pronunciation", "start_time": f"{start:.3f}", "end_time": f"{end:.3f}",
             "alternatives": [{"confidence": "0.9", "content": plain}]}
        )  # fmt: skip
        if sign:
            items.append({"type": "punctuation", "alternatives": [{"content": sign}]})
    spans = [
        {"start_time": str(start), "end_time": str(end), "speaker_label": f"spk_{who}"}
        for start, end, _, who in each(*NUMBERED)
    ]
    whole = [{"transcript": " ".join(text for _, _, text in SAID)}]
    labels = {"speakers": 2, "segments": spans}
    return json.dumps(
        {"jobName": "a", "status": "COMPLETED",
         "results": {"transcripts": whole, "speaker_labels": labels, "items": items}}
    )  # fmt: skip


def _rev() -> str:
    monologues = []
    for start, end, text, who in each(*NUMBERED):
        elements: list[dict[str, object]] = []
        for word, begins, ends in words_of(text, start, end):
            plain, sign = signs(word)
            elements.append({"type": "text", "value": plain, "ts": begins, "end_ts": ends})
            elements.append({"type": "punct", "value": f"{sign} "})
        monologues.append({"speaker": int(who), "elements": elements})
    return json.dumps({"monologues": monologues})


def _speechmatics() -> str:
    results: list[dict[str, object]] = []
    for word, start, end, who in spread("S1", "S2", "S1"):
        plain, sign = signs(word)
        results.append(
            {"type": "word", "start_time": start, "end_time": end,
             "alternatives": [{"content": plain, "confidence": 1.0, "speaker": who}]}
        )  # fmt: skip
        if sign:
            results.append(
                {"type": "punctuation", "start_time": end, "end_time": end,
                 "alternatives": [{"content": sign, "speaker": who}]}
            )  # fmt: skip
    return json.dumps({"format": "2.9", "metadata": {"type": "transcription"}, "results": results})


def _deepgram() -> str:
    words = [
        {"word": signs(word)[0].lower(), "punctuated_word": word, "start": start, "end": end,
         "speaker": int(who)}
        for word, start, end, who in spread(*NUMBERED)
    ]  # fmt: skip
    whole = " ".join(text for _, _, text in SAID)
    channels = [{"alternatives": [{"transcript": whole, "words": words}]}]
    return json.dumps({"metadata": {"duration": 12.0}, "results": {"channels": channels}})


def _azure() -> str:
    phrases = [
        {"offset": f"PT{start}S", "duration": f"PT{end - start}S", "speaker": int(who),
         "offsetInTicks": start * 1e7, "nBest": [{"lexical": text.lower(), "display": text}]}
        for start, end, text, who in each(*NUMBERED)
    ]  # fmt: skip
    return json.dumps({"source": "a", "recognizedPhrases": phrases})


def _google() -> str:
    results = [
        {"alternatives": [{"transcript": text, "words": [
            {"word": word, "startTime": f"{begins:.1f}s", "endTime": f"{ends:.1f}s"}
            for word, begins, ends in words_of(text, start, end)]}]}
        for start, end, text in SAID
    ]  # fmt: skip
    return json.dumps({"results": results})


def _apple() -> str:
    spoken = "".join(
        f'<p begin="{start}" end="{end}" ttm:agent="SPEAKER_{who}"><span podcasts:unit="sentence">'
        + "".join(
            f'<span begin="{begins:.3f}" end="{ends:.3f}" podcasts:unit="word">{word}</span>'
            for word, begins, ends in words_of(text, start, end)
        )
        + "</span></p>"
        for start, end, text, who in each(*NUMBERED)
    )
    names = 'xmlns="http://www.w3.org/ns/ttml" xmlns:podcasts="x" xmlns:ttm="y"'
    return f"<tt {names}><head/><body><div>{spoken}</div></body></tt>"


def _json3() -> str:
    events: list[dict[str, object]] = [{"tStartMs": 0, "dDurationMs": 12000, "id": 1}]
    for start, end, text in SAID:
        segs = [{"utf8": f"{word} ", "tOffsetMs": 9} for word in text.split()]
        at, lasting = int(start * 1000), int((end - start) * 1000)
        events.append({"tStartMs": at, "dDurationMs": lasting, "segs": segs})
        events.append({"tStartMs": at, "aAppend": 1, "segs": [{"utf8": "\n"}]})
    return json.dumps({"wireMagic": "pb3", "events": events})


def _listed(*voices: str, **keys: str) -> list[dict[str, object]]:
    return [
        {key: {"start": start, "end": end, "text": text, "who": who, "ms": int(start * 1000),
               "ms_end": int(end * 1000), "lasting": end - start, "clock": clock(start),
               "whole": int(start)}[what] for key, what in keys.items()}
        for start, end, text, who in each(*voices)
    ]  # fmt: skip


MAKES = (
    # Plain subtitles
    Make("SRT", "a.srt", lines("{n}\n{start_comma} --> {end_comma}\n{text}\n")),
    Make("WebVTT", "a.vtt", "WEBVTT\n\n" + lines("{start} --> {end}\n{text}\n")),
    Make("SRT with names", "a.srt", lines("{n}\n{start_comma} --> {end_comma}\n{who}: {text}\n"),
         NAMED),
    Make("Buzzsprout SRT", "a.srt",
         lines("{n}\n{start_comma} --> {end_comma}\n{who}:\n{text}\n"), NAMED),
    Make("WhisperX SRT", "a.srt",
         lines("{n}\n{start_comma} --> {end_comma}\n[SPEAKER_0{who}]: {text}\n", voices=NUMBERED),
         NUMBERED),
    Make("Riverside SRT", "a.srt",
         lines("{n}\n{start_comma} --> {end_comma}\n{who} (host): {text}\n"), NAMED),
    Make("Scribe SRT", "a.srt",
         lines("{n}\n{start_comma} --> {end_comma}\n(speaker {who}) {text}\n", voices=NUMBERED),
         NUMBERED),
    Make("Zoom VTT", "a.vtt", "WEBVTT\n\n" + lines("{n}\n{start} --> {end}\n{who}: {text}\n"),
         NAMED),
    Make("Teams VTT", "a.vtt",
         "WEBVTT\n\n" + lines("6f1/{n}-0\n{start} --> {end}\n<v {who}>{text}</v>\n"), NAMED),
    Make("Older Teams text", "a.txt", lines("{start} --> {end}\n{who}\n{text}\n"), NAMED),
    Make("SBV", "a.sbv", lines("{start},{end}\n{text}\n")),
    Make("TTML", "a.ttml",
         '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
         + lines('<p begin="{start}" end="{end}">{text}</p>') + "</div></body></tt>"),
    Make("Apple TTML", "a.ttml", _apple(), NUMBERED),
    Make("YouTube srv1", "a.srv1",
         '<?xml version="1.0" encoding="utf-8" ?><transcript>'
         + lines('<text start="{seconds}" dur="3.5">{text}</text>', "") + "</transcript>"),
    Make("YouTube srv3", "a.srv3",
         '<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><body>'
         + lines('<p t="{ms}" d="{lasting}">{text}</p>') + "</body></timedtext>"),
    Make("SubStation Alpha", "a.ass",
         "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Name, "
         "MarginL, MarginR, MarginV, Effect, Text\n"
         + lines("Dialogue: 0,{cs},{cs_end},Default,{who},0,0,0,,{{\\i1}}{text}"), NAMED),
    Make("SAMI", "a.smi",
         "<SAMI><BODY>" + lines("<SYNC Start={ms}><P Class=A>{text}") + "</BODY></SAMI>"),
    Make("MicroDVD", "a.sub",
         "{1}{1}25.000\n" + "\n".join(
             f"{{{int(start * 25)}}}{{{int(end * 25)}}}{text}" for start, end, text in SAID)),
    # Text with times
    Make("YouTube's transcript panel", "a.txt", lines("{at}\n{text}")),
    Make("LRC", "a.lrc", "[ti:Alerts]\n[length: 0:12]\n" + lines("[{long}.00]{text}").replace(
        "[00:", "[")),
    Make("whisper console", "a.txt", lines("[{start} --> {end}]  {text}").replace("[00:", "[")),
    Make("whisper.cpp console", "a.txt", lines("[{start} --> {end}]   {text}")),
    Make("faster-whisper console", "a.txt",
         "Detected language 'en' with probability 0.9\n"
         + lines("[{seconds:.2f}s -> {seconds_end:.2f}s]  {text}")),
    Make("Otter", "a.txt", lines("{who}  {at}  \n{text}\n") + "\n\nTranscribed by https://otter.ai",
         NAMED),
    Make("Rev", "a.txt", lines("{who} ({at}):\n{text}\n"), NAMED),
    Make("Teams", "a.txt", lines("{who}   {at}\n{text}\n"), NAMED),
    Make("Descript", "a.txt", lines("[{long}] {who}: {text}\n"), NAMED),
    Make("Descript Markdown", "a.md", lines("**{who}:** [{long}] {text}\n"), NAMED),
    Make("Riverside text", "a.txt", lines("{who} ({at})\n{text}\n"), NAMED),
    Make("Premiere text", "a.txt", lines("{long}:00 - 00:00:{n}9:00\n{who}\n{text}\n").replace(
        "00:00:19", "00:00:03").replace("00:00:29", "00:00:07").replace("00:00:39", "00:00:11"),
        NAMED),
    Make("Bold names", "a.md", lines("**{who}** ({at}): {text}\n"), NAMED),
    Make("Trint", "a.txt", lines("{who} [{long}] {text}\n"), NAMED),
    Make("Happy Scribe", "a.txt", lines("[{long}.00] - {who}\n{text}\n"), NAMED),
    Make("Names above times", "a.txt", lines("{who}\n{at}\n{text}\n"), NAMED),
    # JSON
    Make("Whisper JSON", "a.json",
         json.dumps({"text": "a", "segments": _listed(start="start", end="end", text="text")})),
    Make("WhisperX JSON", "a.json", json.dumps({"segments": _listed(
        "SPEAKER_00", "SPEAKER_01", "SPEAKER_00", start="start", end="end", text="text",
        speaker="who")}), NUMBERED),
    Make("faster-whisper list", "a.json",
         json.dumps(_listed(id="whole", start="start", end="end", text="text"))),
    Make("Hugging Face", "a.json", json.dumps({"text": "a", "chunks": [
        {"timestamp": [start, end], "text": text} for start, end, text in SAID]})),
    Make("whisper.cpp JSON", "a.json", json.dumps({"result": {"language": "en"}, "transcription": [
        {"timestamps": {"from": clock(start, ","), "to": clock(end, ",")}, "text": f" {text}",
         "offsets": {"from": int(start * 1000), "to": int(end * 1000)}}
        for start, end, text in SAID]})),
    Make("OpenAI words", "a.json", json.dumps({"task": "transcribe", "text": "a", "words": [
        {"word": word, "start": start, "end": end} for word, start, end, _ in spread()]})),
    Make("Podcasting 2.0", "a.json", json.dumps({"version": "1.0.0", "segments": _listed(
        *NAMED, speaker="who", startTime="start", endTime="end", body="text")}), NAMED),
    Make("Podlove", "a.json", json.dumps([
        {"start": clock(start), "start_ms": int(start * 1000), "end": clock(end), "speaker": "1",
         "end_ms": int(end * 1000), "voice": who, "text": text}
        for start, end, text, who in each(*NAMED)]), NAMED),
    Make("youtube-transcript-api", "a.json",
         json.dumps(_listed(text="text", start="start", duration="lasting"))),
    Make("YouTube json3", "a.json3", _json3()),
    Make("AssemblyAI", "a.json", json.dumps({"id": "x", "text": "a", "utterances": _listed(
        "A", "B", "A", start="ms", end="ms_end", text="text", speaker="who")}), ("A", "B", "A")),
    Make("Deepgram", "a.json", _deepgram(), NUMBERED),
    Make("Rev.ai", "a.json", _rev(), NUMBERED),
    Make("AWS Transcribe", "a.json", _aws(), NUMBERED),
    Make("Speechmatics", "a.json", _speechmatics(), ("S1", "S2", "S1")),
    Make("Azure", "a.json", _azure(), NUMBERED),
    Make("Google", "a.json", _google()),
    Make("JSON Lines", "a.json", "\n".join(map(json.dumps, _listed(
        start="start", end="end", text="text")))),
    # Tables
    Make("Whisper TSV", "a.tsv", "start\tend\ttext\n" + lines("{ms}\t{ms_end}\t{text}")),
    Make("whisper.cpp CSV", "a.csv", "start,end,text\n" + lines('{ms},{ms_end},"{text}"')),
    Make("Premiere CSV", "a.csv", "Speaker Name,Start Time,End Time,Text\n"
         + lines('"{who}","{start}","{end}","{text}"'), NAMED),
    Make("Audacity labels", "a.txt", lines("{seconds:.6f}\t{seconds_end:.6f}\t{text}")),
)  # fmt: skip
"""All makes that are read, with times for each of the three things said."""
