"""What Discord accepts at most.

From Discord's references of messages and components (https://docs.discord.com/developers,
resources/message and components/reference); a text's length is in Unicode code points.
"""

CONTENT = 2000

# Of a message of components: how many there are, nested ones too, and all their texts together.
COMPONENTS = 40
TEXT_CHARACTERS = 4000

ROW_BUTTONS = 5
BUTTON_LABEL = 80
CUSTOM_ID = 100
# Of a picture in a gallery: what screen readers say.
DESCRIPTION = 1024

# Of what is suggested while somebody types.
CHOICES = 25
CHOICE_LABEL = 100
