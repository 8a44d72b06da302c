package photocheck

import "github.com/propflow/propflow/domain"

// Advice returns what the owner should know or do about a finding, in plain words.
func Advice(c domain.FindingCode) domain.Words {
	if words, ok := advice[c]; ok {
		return words
	}
	return domain.Words{English: "Please take this photo again.", Hindi: "कृपया यह फ़ोटो फिर से लें।"}
}

// OwnersAdvice returns what the owner should know or do about a finding as they see it.
func OwnersAdvice(c domain.OwnerFindingCode) domain.Words {
	if c == domain.FindingNeedsALook {
		return needsALook
	}
	return Advice(domain.FindingCode(c))
}

// needsALook mentions no reason, because these findings are about possible deceptions.
var needsALook = domain.Words{
	English: "A person will look at this photo.",
	Hindi:   "एक व्यक्ति इस फ़ोटो को देखेगा।",
}

var advice = map[domain.FindingCode]domain.Words{
	domain.FindingCode(domain.FaultNotAnImage): {
		English: "This file is not a photo. Take the picture with the camera and upload it again.",
		Hindi:   "यह फ़ाइल फ़ोटो नहीं है। कैमरे से फ़ोटो लें और फिर से अपलोड करें।",
	},
	domain.FindingCode(domain.FaultBroken): {
		English: "The photo arrived damaged. Please take it again.",
		Hindi:   "फ़ोटो ख़राब होकर पहुँची। कृपया फिर से लें।",
	},
	domain.FindingCode(domain.FaultTooManyBytes): {
		English: "The photo is larger than 10 MB. Lower the camera's resolution and take it again.",
		Hindi:   "फ़ोटो 10 MB से बड़ी है। कैमरे का रिज़ॉल्यूशन कम करके फिर से लें।",
	},
	domain.FindingCode(domain.FaultTooBig): {
		English: "The photo has too many pixels. Lower the camera's resolution and take it again.",
		Hindi:   "फ़ोटो में बहुत ज़्यादा पिक्सेल हैं। कैमरे का रिज़ॉल्यूशन कम करके फिर से लें।",
	},
	domain.FindingCode(domain.FaultTooSmall): {
		English: "The photo is too small to show anything. Raise the camera's resolution and take it again.",
		Hindi:   "फ़ोटो इतनी छोटी है कि कुछ दिखाई नहीं देता। कैमरे का रिज़ॉल्यूशन बढ़ाकर फिर से लें।",
	},
	domain.FindingCode(domain.FaultTooSlow): {
		English: "The photo could not be read in time. Please take it again.",
		Hindi:   "फ़ोटो समय पर पढ़ी नहीं जा सकी। कृपया फिर से लें।",
	},
	domain.FindingCode(domain.FaultChecksum): {
		English: "The photo changed on its way to us. Please upload it again.",
		Hindi:   "हमारे पास पहुँचते समय फ़ोटो बदल गई। कृपया फिर से अपलोड करें।",
	},

	domain.FindingTooBlurred: {
		English: "The photo is blurred. Hold the phone still, let it focus and take it again.",
		Hindi:   "फ़ोटो धुंधली है। फ़ोन को स्थिर रखें, फ़ोकस होने दें और फिर से लें।",
	},
	domain.FindingSlightlyBlurred: {
		English: "The photo is slightly blurred; a valuer will look at it.",
		Hindi:   "फ़ोटो थोड़ी धुंधली है; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingTooDark: {
		English: "The photo is too dark. Switch on the lights or use daylight and take it again.",
		Hindi:   "फ़ोटो बहुत अँधेरी है। बत्तियाँ जलाएँ या दिन की रोशनी में फिर से लें।",
	},
	domain.FindingTooBright: {
		English: "The photo is too bright. Turn away from the light and take it again.",
		Hindi:   "फ़ोटो बहुत चमकीली है। रोशनी से मुड़कर फिर से लें।",
	},
	domain.FindingGlare: {
		English: "Most of the photo is glare. Turn away from the light and take it again.",
		Hindi:   "फ़ोटो का ज़्यादातर हिस्सा चमक से सफ़ेद है। रोशनी से मुड़कर फिर से लें।",
	},
	domain.FindingTooOld: {
		English: "The photo was taken more than 30 minutes ago. Take a new one at the property.",
		Hindi:   "फ़ोटो 30 मिनट से ज़्यादा पहले ली गई है। संपत्ति पर नई फ़ोटो लें।",
	},
	domain.FindingMaybeTooOld: {
		English: "The photo may be older than 30 minutes; a valuer will look at it.",
		Hindi:   "फ़ोटो शायद 30 मिनट से पुरानी है; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingBeforeChallenge: {
		English: "The photo seems to be older than its request; a valuer will look at it.",
		Hindi:   "फ़ोटो शायद अनुमति लेने से पहले की है; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingClockSkew: {
		English: "The phone's clock seems wrong; a valuer will look at the photo.",
		Hindi:   "फ़ोन की घड़ी शायद ग़लत है; मूल्यांकनकर्ता फ़ोटो को देखेंगे।",
	},
	domain.FindingTooFar: {
		English: "The photo was taken too far from the property. Take it at the property, with location switched on.",
		Hindi:   "फ़ोटो संपत्ति से बहुत दूर ली गई है। लोकेशन चालू करके संपत्ति पर फ़ोटो लें।",
	},
	domain.FindingNoLocation: {
		English: "The photo does not say where it was taken; a valuer will look at it.",
		Hindi:   "फ़ोटो से पता नहीं चलता कि वह कहाँ ली गई; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingImpreciseLocation: {
		English: "The phone knows only roughly where it is; a valuer will look at the photo. Allow the precise location.",
		Hindi:   "फ़ोन को अपनी जगह का केवल अंदाज़ा है; मूल्यांकनकर्ता फ़ोटो को देखेंगे। सटीक लोकेशन की अनुमति दें।",
	},
	domain.FindingNoDevice: {
		English: "The photo does not say what took it; a valuer will look at it.",
		Hindi:   "फ़ोटो से पता नहीं चलता कि वह किस उपकरण से ली गई; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingLocationDisagrees: {
		English: "The photo and the phone name different places; a valuer will look at it.",
		Hindi:   "फ़ोटो और फ़ोन अलग-अलग जगह बताते हैं; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingModelDisagrees: {
		English: "The photo and the phone name different devices; a valuer will look at it.",
		Hindi:   "फ़ोटो और फ़ोन अलग-अलग उपकरण बताते हैं; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingDuplicate: needsALook,
	domain.FindingSameBytes: {
		English: "This is the same file as another photo of this property. Take a new picture, or remove this one.",
		Hindi:   "यह फ़ाइल इस संपत्ति की किसी दूसरी फ़ोटो की ही है। नई फ़ोटो लें या इसे हटा दें।",
	},
	domain.FindingSamePicture: {
		English: "The photo looks like another photo of this property; a valuer will look at it.",
		Hindi:   "यह फ़ोटो इस संपत्ति की किसी दूसरी फ़ोटो जैसी दिखती है; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingScreenshot: {
		English: "This is a screenshot. Take a photo with the camera.",
		Hindi:   "यह स्क्रीनशॉट है। कैमरे से फ़ोटो लें।",
	},
	domain.FindingScreen: {
		English: "The photo seems to show a screen; a valuer will look at it.",
		Hindi:   "फ़ोटो में शायद कोई स्क्रीन है; मूल्यांकनकर्ता इसे देखेंगे।",
	},
	domain.FindingUnsafe: {
		English: "The photo shows something unsuitable. Take a photo of the property only.",
		Hindi:   "फ़ोटो में कुछ अनुचित है। केवल संपत्ति की फ़ोटो लें।",
	},
	domain.FindingContradiction: {
		English: "The photo seems to show something else than asked for; a valuer will look at it.",
		Hindi:   "फ़ोटो में शायद माँगी गई चीज़ के बजाय कुछ और है; मूल्यांकनकर्ता इसे देखेंगे।",
	},
}
