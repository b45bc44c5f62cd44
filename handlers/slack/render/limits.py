"""What Slack accepts at most.

Unless another source is named, a limit is from Slack's reference of Block Kit
(https://docs.slack.dev/reference/block-kit); a text's length is in characters.
"""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# Slack names no limit and answers msg_blocks_too_long from about 11,300 on (bolt-js issue 2509).
MESSAGE_CHARACTERS = 10_000
# A view has 250 kB; nobody reads on for longer than that in a dialog.
VIEW_CHARACTERS = 20_000
# Of every text object; what a rich_text holds has no limit of its own, so it keeps this one too.
TEXT_CHARACTERS = 3000

ACTIONS_ELEMENTS = 25
BUTTON_LABEL = 75
BUTTON_VALUE = 2000
ACCESSIBILITY_LABEL = 75
# Of an image.
ALT_TEXT = 2000

# Of a modal: its title, and what its buttons say.
VIEW_TITLE = 24

# Of a select menu; the two references differ for values (75 and 150), the tighter one is kept.
SELECT_OPTIONS = 100
OPTION_LABEL = 75
OPTION_VALUE = 75
PLACEHOLDER = 150
