"""The words of everyday messages, by what people do with them: nothing a podcast is searched for.

Most are English; thanks, greetings and assent are there in other languages that chats are held in.
A word that is missing here counts as one to search for.
"""

from functools import cache

from bot.search.index.analysis import stem_terms

# Thanks, greetings, praise, feelings, assent.
_MANNERS = """
thanks thx ty tysm cheers kudos appreciate grateful helped danke dankeschon merci gracias
obrigado obrigada grazie mille spasibo спасибо дякую 谢谢 ありがとう beaucoup vielen lieben muchas
hi hello hey hiya heya howdy yo greetings welcome good morning mornin evening afternoon night
goodbye bye ciao cya happy birthday anniversary merry xmas christmas easter holidays congrats
congratulations hallo hola bonjour salut guten tag moin servus buenos dias bis great nice cool
awesome amazing perfect lovely brilliant best rock impressive incredible wow woow yay hooray
lol lmao rofl haha hahaha hehe fun funny hilarious joke kidding sorry apologies sad tired bad
wrong nonsense super wonderful excellent fantastic marvellous gorgeous beautiful
clever smart stupid silly dumb glad enjoy worst terrible awful horrible ugh oops ouch ok okay
okey yes yeah yep yup no nope nah sure fine alright agreed exactly done absolutely definitely
totally certainly fyi brb btw imho afaik asap hmm mmm oh ah aha uh um right true indeed
never mind nevermind worries noise ignore makes sense sounds fair enough same understood
precisely proud excited luck lucky genau si oui ja nein klar gut toll
bien bravo saludos pardon respect famous mess messy outdated disappoint roger noted sweet neat
fab epic legend hero stunning charming pleasant unpleasant boring ridiculous annoying confusing
shame pity alas yikes phew whoa meh nvm np yw gg wb omg wtf xd sup yall peace cheerio farewell
goodnight salaam namaste tschuss bitteschon prego arrivederci adios hasta luego ate gleich spat
marche trabajo kommst euch allen
"""
# Requests, and the people they go to.
_REQUEST = """
please pls plz kindly someone somebody everyone everybody nobody none folks guys all team mate
dude bro buddy friend shall may might must check look send share forward add invite remind join
vote let find give lend hand bitte kann kannst mir por favor explain summarise summarize
translate repeat wait hold listen watch read write type click press open close start stop
continue move change switch turn pick choose follow leave left stay hurry answer call reply
respond post upload download copy paste print sign fill submit delete remove confirm cancel
book order bring carry pass drop calm mute unmute roll retry assign reopen bump squash fetch
borrow drive pay reach contact address care miss save prepare clean fold lift push shut knock
pour cut accept decline refuse allow permit suggest promise decide arrange organise
organize volunteer collect deliver return replace repair charge film shoot paint sew ride
travel visit enter exit park pack unpack relax rest breathe dance
"""
_PERSON = """
i i'm i'll i've i'd im ive me my mine myself we we're we'll we've us our ours you you're you'll
you've you'd your yours yourself u ur bot
"""
_OTHERS = "he he's she she's him her his hers they they're them their theirs someone's somebody's"
# Common words that carry no subject.
_PLAIN = """
not know knew known think thought need want wish hope guess believe remember forget forgot
forgotten like go goes gone went come came gave given take took taken get got made see seen saw
puts try keep kept feel felt seems means meant way thing stuff time day lot bit really just
also only even still again well much many more most less least new old big small large little
long short high low first second third last final back here down over away around one two three
four five six seven eight nine ten people person man woman else ever always maybe perhaps
probably possibly sometimes often usually already yet since work happen become able ready free
full empty easy hard simple difficult quick slow slowly fast early impossible important
different other another every each either neither half whole part few several almost nearly
quite rather pretty sort case point side end beginning middle top bottom place idea problem
question reason fact truth word name anyway anything something nothing everything anywhere
somewhere elsewhere nowhere though although however during before after behind under above
below between without within against across along far next today's better worse alone together
apart instead actually basically honestly seriously literally suddenly recently once twice
forever real life matter mistake chance choice example piece amount date news info information
details shape style area corner space direction distance edge center centre inside outside
upstairs downstairs front opposite similar single double main clear dark bright deep heavy
thick thin wide narrow round flat sharp soft rough smooth dry wet dirty loose tight locked
stuck lost found late awake asleep alive busy careless lazy brave polite rude strong weak rich
poor popular common special normal regular unusual obvious unlikely whatever whoever whenever
wherever whether unless except besides toward onto upon per via plus minus
"""
# What members of a chat do, and when.
_WORK = """
pr prs pull request review merge rebase approve nits ticket ci lgtm ptal comment thread channel
slack discord dm slides deck recording poll survey password wifi access laptop computer screen
doc document link readme server staging prod branch commit conflict test ping pong build
failing failure red green colleague boss manager intern homework workspace fix broken broke
reverted restart reboot crash error typo message mail email inbox invoice receipt calendar
agenda minutes summary remarks deadline draft file folder attachment presentation room
projector adapter charger desk office meeting meetup session zoom hangout standup sync retro
lunch noon coffee tea drinks dinner breakfast break party tomorrow tonight yesterday now soon
later delayed monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat
sun january february april june july august september october november december week weekend
month year hour moment pm am o'clock schedule reschedule postponed vacation available
unavailable sick ill pto ooo morgen heute manana hoy demain aujourd'hui admin moderator rules
ban account login logged registration register signup attend attendees joiner member newcomer
intro introduce introduction publish page mobile logo sticker designer conference workshop
elevator stairs badge locker stapler whiteboard marker pen pencil paper scissors envelope stamp
parcel package delivery camera microphone mic headset battery cover changelog issue settings
profile avatar username emoji gif meme notification spam queue bank appointment midnight
"""
_EVERYDAY = """
weather rain rainy sunny snow wind storm cold hot warm summer winter spring autumn cat dog
puppy kitten bird fish kitchen fridge oven cake cookies pizza beer wine bread cheese apple
banana chocolate sandwich burger soup rice food hungry thirsty water milk sugar game match
football soccer tennis basketball goal movie series tv concert band music song sing novel
magazine car bike bus tram plane flight airport station taxi traffic road street city town
village country home house door window wall floor roof garden child children baby son daughter
mom mum mother dad father parents brother sister wife husband girlfriend boyfriend uncle aunt
grandma grandpa family doctor dentist hospital headache cough flu fever sleep sleepy slept bed
nap dream trip beach mountain sea river hotel keyboard mouse printer phone cable internet
chair table sofa lamp light colour color blue yellow black white pink key bag shoes shirt
jacket hat clothes wash shower cook eat drank run walk ran swim gym sport money cash buy bought
sell sold cheap expensive gift shopping hair face head eye ear nose mouth foot feet leg heart
young age born live die dead laugh cry smile hug kiss story angry mad afraid scared crazy weird
strange quiet loud noisy restaurant cafe bar pub menu sushi pasta salad egg meat chicken vegan
vegetarian spicy dessert ice cream candy snack cup glass bottle plate fork knife spoon pan pot
freezing umbrella coat scarf boots socks dress jeans ring necklace wallet purse backpack
suitcase passport visa luggage seat crowd neighbour neighbor landlord rent furniture blanket
pillow towel soap toothbrush mirror carpet curtain candle fire smoke garbage trash bin
recycling plants flower grass leaf desert island moon sky fog thunder
earthquake allergic pregnant funeral marriage divorce dice card chess puzzle toy doll balloon
magic trick ghost monster dragon princess king queen pirate zombie vampire santa
"""


@cache
def manners() -> frozenset[str]:
    """Return the stems of thanks, greetings, praise, feelings and assent."""
    return _stems(_MANNERS)


@cache
def members() -> frozenset[str]:
    """Return the words for those who speak and those they speak to, the bot included."""
    return frozenset(_PERSON.split())


@cache
def empty_words() -> frozenset[str]:
    """Return the stems of the words that are nothing to search for."""
    return _stems(_MANNERS, _REQUEST, _OTHERS, _PLAIN, _PERSON)


@cache
def chat_words() -> frozenset[str]:
    """Return all stems; those that are not empty may be what the podcast is about."""
    return empty_words() | _stems(_WORK, _EVERYDAY)


def _stems(*texts: str) -> frozenset[str]:
    return frozenset(stem_terms([word for text in texts for word in text.split()]))
