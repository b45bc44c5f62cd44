"""Discord's limits.

From Discord's reference of messages and components (https://docs.discord.com/developers,
resources/message and components/reference); a text's length is in Unicode code points.
"""

CONTENT = 2000

# Of a message with components: their number, including nested ones, and their total text.
COMPONENTS = 40
TEXT_CHARACTERS = 4000

ROW_BUTTONS = 5
BUTTON_LABEL = 80
CUSTOM_ID = 100
# Of an image in a gallery: its alternative text.
DESCRIPTION = 1024

# Of a select menu: its options, and the label and description of each.
MENU_OPTIONS = 25
MENU_LABEL = 100

# Of a field in a form.
FIELD_LABEL = 45
FIELD_HINT = 100

# Of autocomplete suggestions.
CHOICES = 25
CHOICE_LABEL = 100

# Of a poll: its question and answers, and how long it lasts (resources/poll).
POLL_QUESTION = 300
POLL_ANSWER = 55
POLL_HOURS = 768

# Of a thread's name, the title of a post in a forum.
TITLE = 100
