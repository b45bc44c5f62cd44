"""Slack's limits.

From Slack's reference of Block Kit (https://docs.slack.dev/reference/block-kit) unless stated
otherwise; a text's length is in characters.
"""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# Not documented; Slack answers msg_blocks_too_long from about 11,300 on (bolt-js issue 2509).
MESSAGE_CHARACTERS = 10_000
# The limit is 250 kB, but nobody reads more than this in a dialog.
VIEW_CHARACTERS = 20_000
# Of every text object; rich_text has no limit of its own, so this one is used for it too.
TEXT_OBJECT_CHARACTERS = 3000

ACTIONS_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
ACTION_ID = 255
BLOCK_ID = 255
OVERFLOW_OPTIONS = 5
ACCESSIBILITY_LABEL = 75
# Of an image.
ALT_TEXT = 2000

# Of a chart: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
CHART_SERIES = 6
CHART_CATEGORIES = 20
# Of the name of a series or a category.
CHART_LABEL = 20

# Of a video block.
VIDEO_TITLE = 199

# Of a modal: its title, and the labels of its buttons.
VIEW_TITLE = 24
# Of an input: the text below it.
HINT = 2000

# Of a select menu; two pages of the reference differ for values (75 and 150), the lower is used.
SELECT_OPTIONS = 100
OPTION_LABEL = 75
OPTION_VALUE = 75
PLACEHOLDER = 150
