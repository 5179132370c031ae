"""The words that a new study starts with. The researcher changes them before launch."""

_CONSENT_PARAGRAPHS = (
    "You are invited to take part in a study of how well people recognise what is in small pictures. "
    "There is nothing to prepare, and you need no special knowledge.",
    "You will see one picture at a time and choose the word that fits it best. Most people need three to "
    "four seconds for a picture. You may stop whenever you like, and come back later.",
    "We store your choices, how long each one took, and a random number that stands for you. We do not "
    "ask for your name, and we store no address of your computer or phone. Your choices may be published "
    "with the results of the study, under that random number.",
    "Taking part is voluntary. By pressing the button below you say that you have read this and agree to "
    "take part.",
)

# Annotators read it above every page: it names no benchmark, and fits whatever the pictures show.
TITLE = "What do these pictures show?"

CONSENT_TEXT = "\n\n".join(_CONSENT_PARAGRAPHS)

GUIDE_TEXT = (
    "Look at the picture and choose the word that fits it best. Some pictures are hard to tell, even for the "
    "people who made them: then choose what seems most likely. There is no time limit, but your first "
    "impression is usually good."
)
