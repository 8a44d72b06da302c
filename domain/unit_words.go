package domain

import "strings"

func words(list string) map[string]bool {
	set := make(map[string]bool)
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// The words of addresses in English and Hindi, as foldUnitRune writes them.
var (
	// unitWords name the kind of a unit, which does not distinguish it.
	unitWords = words(`flat flt apartment apartments apartment apt appt unit shop plot house home door villa bungalow room office premises
		row property address फ्लैट अपार्टमेंट मकान घर दुकान शॉप प्लॉट प्लाट भूखंड यूनिट इकाई हाउस कमरा ऑफिस`)
	// numberWords announce a number.
	numberWords = words(`no nos num number नं न नंबर नम्बर संख्या सं क्रमांक क्र`)
	// numberLetters come before them, as in "H.No." for the number of a house.
	numberLetters = words(`h d f s p k r m म प फ`)

	towerWords = words(`tower twr tw block blk wing wg building bldg bld phase ph टावर टॉवर ब्लॉक ब्लाक विंग बिल्डिंग इमारत फेज चरण`)
	// phaseWords are numbered, so that "Phase I" is the first.
	phaseWords = words(`phase ph फेज चरण`)
	// namedTowers may be called by a name, as in "Jasmine Tower".
	namedTowers = words(`tower twr tw block blk wing wg टावर टॉवर ब्लॉक ब्लाक विंग`)
	// towerLetters are a tower before a number, as in "T-2".
	towerLetters = words(`t टी`)
	romans       = map[string]string{"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}

	// kinLetters come before "/o" and a person's name, as in "S/o Ramesh" (son of).
	kinLetters = words(`c d h s w`)

	floorWords = words(`floor flr मंजिल तल फ्लोर माला`)
	// wholeFloors are floors by themselves. Shops of one number are on the lower and the upper ground
	// floor of a mall. "SF" is missing, because "S.F. No." is the number of a survey field in Tamil Nadu.
	wholeFloors = map[string]string{
		"gf": "0", "ff": "1", "tf": "3", "भूतल": "0", "basement": "basement", "बेसमेंट": "basement", "lgf": "lgf", "ugf": "ugf",
	}
	// sidesOfGround come before the ground floor.
	sidesOfGround = map[string]string{"lower": "lgf", "upper": "ugf"}
	ordinals      = map[string]string{
		"ground": "0", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8",
		"ninth": "9", "tenth": "10", "भू": "0", "पहली": "1", "पहला": "1", "प्रथम": "1", "दूसरी": "2", "दूसरा": "2", "द्वितीय": "2",
		"तीसरी": "3", "तीसरा": "3", "तृतीय": "3", "चौथी": "4", "चौथा": "4", "पांचवीं": "5", "छठी": "6",
		"i": "1", "ist": "1", "ii": "2", "iind": "2", "iii": "3", "iiird": "3", "iv": "4", "ivth": "4", "v": "5", "vth": "5",
	}
	ordinalEndings = words(`st nd rd th वीं वां`)

	// letterNames are the names of Latin letters in Devanagari. के (K) is missing, because it is
	// the word "of", too.
	letterNames = words(`ए बी सी डी ई एफ जी एच आई जे एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई जेड`)
	// knownBlocks are kinds of housing that are numbered separately within one colony.
	knownBlocks = words(`lig mig hig ews`)
	// plainWords are short words that distinguish no unit.
	plainWords = words(`and at by in of on to the nr opp off old new km sec sect ln bus pkt co so do wo bhk st nd rd th वा व का`)
)
