package domain

import (
	"regexp"
	"strings"
)

// The Hindi of what owners read when a request of theirs is refused. What only staff can cause is
// answered in English. A test checks that nothing is missing.

// hindiCodes are the messages of errors, by their codes.
var hindiCodes = map[string]string{ //nolint:gosec // texts, no credentials
	"body_too_large":         "भेजी गई जानकारी बहुत बड़ी है",
	"challenge_expired":      "फ़ोटो लेने की अनुमति का समय समाप्त हो गया है; फ़ोटो लेने से ठीक पहले नई अनुमति लें",
	"challenge_mismatch":     "यह अनुमति किसी और संपत्ति, प्रकार या कमरे के लिए थी",
	"challenge_not_found":    "ऐसी कोई अनुमति नहीं है",
	"challenge_replayed":     "यह अनुमति पहले ही इस्तेमाल हो चुकी है; हर फ़ोटो से पहले नई अनुमति लें",
	"console_unavailable":    "यह सेवा अभी उपलब्ध नहीं है; थोड़ी देर बाद फिर कोशिश करें",
	"database_unavailable":   "यह सेवा अभी उपलब्ध नहीं है; थोड़ी देर बाद फिर कोशिश करें",
	"external_ref_taken":     "आपके किसी और खुले मामले में यही ऋण संदर्भ संख्या है",
	"field_locked":           "मूल्यांकनकर्ता ने इस जानकारी को बदलने के लिए नहीं कहा है",
	"follow_up_expired":      "उत्तर देने का समय समाप्त हो गया है",
	"idempotency_key_reused": "यह Idempotency-Key किसी और अनुरोध के लिए इस्तेमाल हो चुकी है",
	"illegal_transition":     "मामले की वर्तमान स्थिति में यह नहीं हो सकता",
	"internal":               "कुछ गड़बड़ हो गई; सहायता माँगते समय request_id बताएँ",
	"invalid_code":           "कोड ग़लत है या उसका समय समाप्त हो गया है",
	"invalid_input":          "दी गई जानकारी में कुछ ठीक नहीं है",
	"invalid_token":          "लॉगिन मान्य नहीं है; फिर से लॉगिन करें",
	"login_ended":            "लॉगिन का समय समाप्त हो गया है; नया कोड माँगें",
	"messenger_unavailable":  "संदेश अभी नहीं भेजा जा सकता; थोड़ी देर बाद फिर कोशिश करें",
	"method_not_allowed":     "इस पते पर यह क्रिया नहीं हो सकती",
	"missing_token":          "पहले लॉगिन करें",
	"no_such_operation":      "ऐसा कोई पता नहीं है",
	"not_a_draft":            "केवल ड्राफ़्ट मिटाया जा सकता है; भेजे हुए मामले को वापस लें",
	"not_owner":              "यह केवल संपत्ति का मालिक कर सकता है",
	"not_replaceable":        "केवल ड्राफ़्ट की असफल फ़ोटो बदली जा सकती है, एक बार, उसी प्रकार और कमरे की फ़ोटो से",
	"number_refused":         "इस नंबर पर संदेश नहीं भेजा जा सकता",
	"photo_not_found":        "ऐसी कोई फ़ोटो नहीं है",
	"property_locked":        "मामले की वर्तमान स्थिति में इसे बदला नहीं जा सकता",
	"property_not_found":     "ऐसा कोई मामला नहीं है",
	"redis_unavailable":      "यह सेवा अभी उपलब्ध नहीं है; थोड़ी देर बाद फिर कोशिश करें",
	"reference_unavailable":  "मामले की संख्या अभी नहीं दी जा सकती; थोड़ी देर बाद फिर कोशिश करें",
	"refresh_reused":         "सुरक्षा के लिए यह लॉगिन समाप्त कर दिया गया है; फिर से लॉगिन करें",
	"report_failed":          "रिपोर्ट नहीं बन सकी; पर्यवेक्षक उसे फिर से बनवा सकते हैं",
	"report_not_found":       "ऐसी कोई रिपोर्ट नहीं है",
	"report_not_ready":       "रिपोर्ट अभी तैयार नहीं है",
	"request_in_progress":    "यही अनुरोध अभी चल रहा है; थोड़ी देर बाद फिर कोशिश करें",
	"role_not_allowed":       "आपको यह करने की अनुमति नहीं है",
	"service_unavailable":    "यह सेवा अभी उपलब्ध नहीं है; थोड़ी देर बाद फिर कोशिश करें",
	"fresh_factor_required":  "पहले नए कोड से अपनी पहचान की पुष्टि करें",
	"origin_not_allowed":     "यह अनुरोध इसी ऐप के पेज से भेजा जा सकता है",
	"session_not_found":      "ऐसा कोई लॉगिन नहीं है",
	"too_many_totp_attempts": "बहुत बार कोशिश हो चुकी है; कुछ देर बाद फिर कोशिश करें",
	"session_ended":          "लॉगिन समाप्त हो गया है; फिर से लॉगिन करें",
	"name_set_by_admin":      "आपका नाम केवल व्यवस्थापक बदल सकते हैं",
	"stale_version":          "आपके पढ़ने के बाद इसमें बदलाव हुआ है; फिर से पढ़ें",
	"storage_unavailable":    "यह सेवा अभी उपलब्ध नहीं है; थोड़ी देर बाद फिर कोशिश करें",
	"evidence_incomplete":    "उत्तर अभी भेजा नहीं जा सकता; कुछ जानकारी बाकी है",
	"pincode_not_found":      "ऐसा कोई पिनकोड नहीं है",
	"submission_incomplete":  "मामला अभी भेजा नहीं जा सकता; कुछ जानकारी बाकी है",
	"token_expired":          "लॉगिन का समय समाप्त हो गया है",
	"too_many_drafts":        "एक समय में इतने ड्राफ़्ट नहीं हो सकते; कोई एक भेजें या मिटाएँ",
	"too_many_photos_today":  "आज और फ़ोटो नहीं ली जा सकतीं; कल जारी रखें",
	"too_many_streams":       "एक साथ बहुत सारे सीधे कनेक्शन खुले हैं; कोई एक बंद करें",
	"too_many_submissions":   "आज और मामले नहीं भेजे जा सकते; कल जारी रखें",
	"too_many_otp_attempts":  "बहुत बार कोशिश हो चुकी है; कुछ देर बाद फिर कोशिश करें",
	"too_many_otp_requests":  "बहुत सारे कोड माँगे गए हैं; कुछ देर बाद फिर कोशिश करें",
	"too_many_photos":        "फ़ोटो की सीमा पूरी हो चुकी है",
	"too_many_requests":      "बहुत सारे अनुरोध आए हैं; कुछ देर बाद फिर कोशिश करें",
	"unsupported_media_type": "यह जानकारी इस रूप में नहीं भेजी जा सकती",
	"upload_missing":         "फ़ोटो अभी अपलोड नहीं हुई है",
	"user_disabled":          "यह खाता बंद कर दिया गया है",
	"user_not_found":         "ऐसा कोई उपयोगकर्ता नहीं है",
	"valuation_not_found":    "ऐसा कोई मूल्यांकन नहीं है",
	"wrong_pincode":          "आपकी किसी संपत्ति का यह पिनकोड नहीं है",
	"wrong_token":            "इसके लिए दूसरे प्रकार का लॉगिन चाहिए",

	"erasure_requested":         "आप अपना डेटा मिटाने का अनुरोध पहले ही कर चुके हैं",
	"export_exists":             "आपकी पिछली प्रति अभी मौजूद है; वह 24 घंटे बाद मिटा दी जाती है",
	"export_not_found":          "ऐसी कोई प्रति नहीं है",
	"too_many_privacy_requests": "आपके कई अनुरोध अभी खुले हैं; पहले उनके उत्तर की प्रतीक्षा करें",
}

// hindiRules are the messages of broken rules. The keys are the English messages with # for each
// number; the Hindi has them in the same order.
var hindiRules = map[string]string{
	"a property has at most # photos":                                       "एक संपत्ति की अधिकतम # फ़ोटो हो सकती हैं",
	"a property of this type has no photos of this type":                    "इस प्रकार की संपत्ति की ऐसी फ़ोटो नहीं हो सकती",
	"a property of this type has none":                                      "इस प्रकार की संपत्ति में यह नहीं होता",
	"breaks a rule":                                                         "नियम के अनुसार नहीं है",
	"cannot be read":                                                        "पढ़ा नहीं जा सकता",
	"cannot be set and cleared at once":                                     "एक साथ भरा और हटाया नहीं जा सकता",
	"correct the field before answering":                                    "उत्तर देने से पहले यह जानकारी ठीक करें",
	"could not be read to its end":                                          "पूरा पढ़ा नहीं जा सका",
	"has the wrong form":                                                    "सही रूप में नहीं है",
	"is answered twice":                                                     "का उत्तर दो बार दिया गया है",
	"is needed and cannot be cleared; correct it":                           "ज़रूरी है और हटाया नहीं जा सकता; इसे ठीक करें",
	"is no parameter of this operation":                                     "यहाँ मान्य नहीं है",
	"has too many fields or items":                                          "इसमें बहुत ज़्यादा जानकारियाँ हैं",
	"is given more than once":                                               "एक से ज़्यादा बार दिया गया है",
	"is nested too deeply":                                                  "इसमें बहुत ज़्यादा परतें हैं",
	"is not known here":                                                     "यहाँ मान्य नहीं है",
	"is too long":                                                           "बहुत लंबा है",
	"is required":                                                           "ज़रूरी है",
	"must be # to #":                                                        "# से # तक होना चाहिए",
	"must be # to # characters":                                             "# से # अक्षर का होना चाहिए",
	"must be # to # characters on one line":                                 "एक पंक्ति में # से # अक्षर का होना चाहिए",
	"must be # lower-case hexadecimal digits":                               "# छोटे हेक्साडेसिमल अंक होने चाहिए",
	"must be a day as YYYY-MM-DD":                                           "तारीख़ YYYY-MM-DD के रूप में होनी चाहिए",
	"must be a field that the owner can edit":                               "ऐसी जानकारी होनी चाहिए जिसे मालिक बदल सके",
	"must be a new accepted photo of the type and room asked for":           "माँगे गए प्रकार और कमरे की नई स्वीकृत फ़ोटो होनी चाहिए",
	"must be a photo type":                                                  "फ़ोटो का एक मान्य प्रकार होना चाहिए",
	"must be a place in India":                                              "भारत में कोई स्थान होना चाहिए",
	"must be a place on Earth and not #,#":                                  "पृथ्वी पर कोई स्थान होना चाहिए, #,# नहीं",
	"must be a state or union territory of India, in English or Hindi":      "भारत का राज्य या केंद्र शासित प्रदेश होना चाहिए, अंग्रेज़ी या हिंदी में",
	"must be ACCESS, CORRECTION or GRIEVANCE":                               "ACCESS, CORRECTION या GRIEVANCE होना चाहिए",
	"must be a pincode of India: no pincode begins with these three digits": "भारत का पिनकोड होना चाहिए: इन तीन अंकों से कोई पिनकोड शुरू नहीं होता",
	"must be a property type":                                               "संपत्ति का एक मान्य प्रकार होना चाहिए",
	"must be an item of the open follow-up":                                 "खुले प्रश्नों में से एक होना चाहिए",
	"must be at least #":                                                    "कम से कम # होना चाहिए",
	"must be at most #":                                                     "अधिकतम # होना चाहिए",
	"must be at most # characters":                                          "अधिकतम # अक्षर का होना चाहिए",
	"must be at most # characters on one line":                              "एक पंक्ति में अधिकतम # अक्षर का होना चाहिए",
	"must be en or hi":                                                      "en या hi होना चाहिए",
	"must be image/jpeg, image/png, image/webp or image/heic":               "image/jpeg, image/png, image/webp या image/heic होना चाहिए",
	"must be name=value pairs joined by &":                                  "name=value के रूप में, & से जुड़ा होना चाहिए",
	"must be one JSON value in UTF#":                                        "UTF# में एक JSON होना चाहिए",
	"must be six digits, the first not #":                                   "छह अंकों का होना चाहिए, पहला अंक # नहीं",
	"must be the next_cursor of an earlier page":                            "पिछले पृष्ठ का next_cursor होना चाहिए",
	"must be the place where an earlier page ended":                         "वह स्थान होना चाहिए जहाँ पिछला पृष्ठ समाप्त हुआ",
	"must be the version of the notice in force":                            "लागू सूचना का संस्करण होना चाहिए",
	"must have at least # characters":                                       "कम से कम # अक्षर होने चाहिए",
	"must have at least # fields":                                           "कम से कम # जानकारी होनी चाहिए",
	"must have at least # items":                                            "कम से कम # प्रविष्टियाँ होनी चाहिए",
	"must have at least # letters or digits":                                "कम से कम # अक्षर या अंक होने चाहिए",
	"must have at most # characters":                                        "अधिकतम # अक्षर हो सकते हैं",
	"must have at most # items":                                             "अधिकतम # प्रविष्टियाँ हो सकती हैं",
	"must not be null":                                                      "खाली नहीं हो सकता",
	"must not lie in the future":                                            "भविष्य का नहीं हो सकता",
	"only INTERNAL photos name a room":                                      "कमरा केवल अंदर की फ़ोटो के साथ बताया जाता है",
	"this operation takes no body":                                          "इस अनुरोध के साथ कुछ नहीं भेजा जाता",
}

var numbers = regexp.MustCompile(`-?\d+(?:\.\d+)?`)

// WordsOf returns the English message of a broken rule with its Hindi, which is empty if there is
// none.
func WordsOf(english string) Words {
	words := Words{English: english, Hindi: hindiRules[numbers.ReplaceAllString(english, "#")]}
	for _, number := range numbers.FindAllString(english, -1) {
		words.Hindi = strings.Replace(words.Hindi, "#", number, 1)
	}
	return words
}
