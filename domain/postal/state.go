package postal

import "sync"

// State is a state or union territory by its code in ISO 3166-2:IN, e.g. "KA" for IN-KA. The
// empty State is none.
type State string

// state is a State with its names and its other spellings.
type state struct {
	code           State
	english, hindi string
	// spellings are abbreviations, former names and frequent misspellings, in any case and
	// with any punctuation. The names and the code itself need not be repeated.
	spellings []string
}

// states is ordered by the English name. The codes are those of ISO 3166-2:IN since November
// 2023; CT, OR, TG and UT are the codes before it, the rest those of vehicle registrations.
var states = []state{
	{"AN", "Andaman and Nicobar Islands", "अंडमान और निकोबार द्वीपसमूह", []string{
		"A&N", "A&N Islands", "ANI", "Andaman", "Andamans", "Andaman Islands", "Andaman Nicobar", "Andaman Nicobar Island", "Nicobar Islands",
		"अंडमान", "अंडमान निकोबार", "अंडमान निकोबार द्वीप", "अंडमान निकोबार द्वीप समूह", "अण्डमान निकोबार", "अण्डमान निकोबार द्वीपसमूह"}},
	{"AP", "Andhra Pradesh", "आंध्र प्रदेश", []string{"Andhra", "Seemandhra", "Andra Pradesh", "आंध्र", "आन्ध्र प्रदेश", "आँध्र प्रदेश"}},
	{"AR", "Arunachal Pradesh", "अरुणाचल प्रदेश", []string{"Arunachal", "Arunanchal Pradesh", "अरुणाचल", "अरूणाचल प्रदेश"}},
	{"AS", "Assam", "असम", []string{"Asom", "आसाम"}},
	{"BR", "Bihar", "बिहार", []string{"BH"}},
	{"CH", "Chandigarh", "चंडीगढ़", []string{"Chandigarh City", "Chandigargh", "चण्डीगढ़"}},
	{"CG", "Chhattisgarh", "छत्तीसगढ़", []string{"CT", "Chattisgarh", "Chhatisgarh", "Chatisgarh", "Chattisgadh", "Chhattisgad", "छतीसगढ़", "छत्तीसगड़"}},
	{"DH", "Dadra and Nagar Haveli and Daman and Diu", "दादरा और नगर हवेली और दमन और दीव", []string{
		"DN", "DD", "DNH", "DNHDD", "Dadra and Nagar Haveli", "Dadra Haveli", "Daman and Diu", "Daman", "Diu",
		"Daman and Diu and Dadra and Nagar Haveli", "दादरा नगर हवेली", "दमन दीव", "दमन और दीउ", "दमन", "दीव",
		"दादरा नगर हवेली दमन दीव", "दादरा नगर हवेली दमन दीउ"}},
	{"DL", "Delhi", "दिल्ली", []string{"New Delhi", "NCT", "NCT Delhi", "Delhi NCT", "National Capital Territory Delhi", "Delhi NCR", "NCR Delhi", "NCR", "Dilli",
		"नई दिल्ली", "नयी दिल्ली", "देहली", "दिल्ली एनसीआर", "राष्ट्रीय राजधानी क्षेत्र दिल्ली", "दिल्ली राष्ट्रीय राजधानी क्षेत्र"}},
	{"GA", "Goa", "गोवा", []string{"गोआ"}},
	{"GJ", "Gujarat", "गुजरात", []string{"Gujrat", "Gujarath"}},
	{"HR", "Haryana", "हरियाणा", []string{"Hariyana"}},
	{"HP", "Himachal Pradesh", "हिमाचल प्रदेश", []string{"Himachal", "हिमाचल"}},
	{"JK", "Jammu and Kashmir", "जम्मू और कश्मीर", []string{"J&K", "JNK", "Jammu", "Kashmir", "Jammu Kashmir Ladakh", "Jammu Kasmir", "जम्मू", "कश्मीर",
		"जम्मू कश्मीर", "जम्मु कश्मीर", "जम्मू कश्मीर लद्दाख"}},
	{"JH", "Jharkhand", "झारखंड", []string{"Jharkand", "Jharkhnad", "झारखण्ड"}},
	{"KA", "Karnataka", "कर्नाटक", []string{"Karnatak", "Karnatka", "Mysore State", "मैसूर राज्य", "कर्णाटक"}},
	{"KL", "Kerala", "केरल", []string{"Keralam", "Kerela", "केरला", "केरलम"}},
	{"LA", "Ladakh", "लद्दाख", []string{"Ladak", "Leh Ladakh", "लदाख", "लेह लद्दाख"}},
	{"LD", "Lakshadweep", "लक्षद्वीप", []string{"Lakshadweep Islands", "Lakshdweep", "Laccadive", "Laccadives", "Laccadive Minicoy Amindivi Islands", "लक्षद्वीप द्वीपसमूह"}},
	{"MP", "Madhya Pradesh", "मध्य प्रदेश", []string{"Madhyapradesh", "म.प्र."}},
	{"MH", "Maharashtra", "महाराष्ट्र", []string{"MS", "Maharastra", "Maharashtr"}},
	{"MN", "Manipur", "मणिपुर", nil},
	{"ML", "Meghalaya", "मेघालय", []string{"Meghalya"}},
	{"MZ", "Mizoram", "मिज़ोरम", []string{"मिजोराम"}},
	{"NL", "Nagaland", "नागालैंड", []string{"Naga Land", "नागालैण्ड", "नगालैंड"}},
	{"OD", "Odisha", "ओडिशा", []string{"OR", "Orissa", "Orrisa", "Oddisha", "ओड़िशा", "उड़ीसा", "उडीसा"}},
	{"PY", "Puducherry", "पुडुचेरी", []string{"Pondicherry", "Pondichery", "Pondy", "Puduchery", "Puducheri", "पुदुचेरी", "पुद्दुचेरी", "पांडिचेरी", "पॉन्डिचेरी", "पांडिचेरि", "पाण्डिचेरी", "पॉण्डिचेरी"}},
	{"PB", "Punjab", "पंजाब", []string{"Panjab", "पञ्जाब"}},
	{"RJ", "Rajasthan", "राजस्थान", []string{"Rajsthan", "Rajastan"}},
	{"SK", "Sikkim", "सिक्किम", []string{"Sikim"}},
	{"TN", "Tamil Nadu", "तमिलनाडु", []string{"Tamil Naidu", "Thamizhnadu", "Tamizh Nadu", "Madras State", "तमिलनाडू", "तामिलनाडु"}},
	{"TS", "Telangana", "तेलंगाना", []string{"TG", "Telengana", "तेलंगणा", "तेलांगना"}},
	{"TR", "Tripura", "त्रिपुरा", nil},
	{"UP", "Uttar Pradesh", "उत्तर प्रदेश", []string{"Uttarpradesh", "Utter Pradesh", "Uttra Pradesh", "उ.प्र.", "यूपी"}},
	{"UK", "Uttarakhand", "उत्तराखंड", []string{"UT", "UA", "Uttaranchal", "Uttrakhand", "Uttranchal", "Uttarkhand", "Utrakhand", "उत्तराखण्ड", "उत्तरांचल", "उत्तराँचल"}},
	{"WB", "West Bengal", "पश्चिम बंगाल", []string{"Bengal", "Westbengal", "Paschim Banga", "Paschimbanga", "Poschim Bongo", "पश्चिमी बंगाल", "पश्चिम बङ्गाल", "बंगाल"}},
}

// States returns the states and union territories, ordered by their English names.
func States() []State {
	codes := make([]State, len(states))
	for i, s := range states {
		codes[i] = s.code
	}
	return codes
}

var byCode = sync.OnceValue(func() map[State]state {
	m := make(map[State]state, len(states))
	for _, s := range states {
		m[s.code] = s
	}
	return m
})

// English returns the name in English, or "" if s is no state.
func (s State) English() string { return byCode()[s].english }

// Hindi returns the name in Hindi, or "" if s is no state.
func (s State) Hindi() string { return byCode()[s].hindi }

// Covers reports whether an address in s may have a pincode of other: they are one state, or s is
// Jammu and Kashmir, to which Ladakh belonged until 31 October 2019 and in older deeds still does.
func (s State) Covers(other State) bool {
	return s == other || s == "JK" && other == "LA"
}
