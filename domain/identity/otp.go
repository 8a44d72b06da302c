package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// otpCodes is the number of possible codes: 10^domain.OTPDigits.
const otpCodes = 1_000_000

// newOTP draws a code of domain.OTPDigits digits, each as likely as any other. It discards draws
// from the greatest multiple of otpCodes on, because they would favour low codes.
func newOTP(entropy ports.Entropy) string {
	const fair = (1 << 32) / otpCodes * otpCodes
	for {
		if n := int64(binary.BigEndian.Uint32(entropy.Bytes(4))); n < fair {
			return fmt.Sprintf("%0*d", domain.OTPDigits, n%otpCodes)
		}
	}
}

// mac returns a hash of the text that is keyed with the pepper. Without the pepper, a reader of
// stored hashes can neither look up a phone number nor try out the million codes.
func mac(pepper []byte, text string) string {
	h := hmac.New(sha256.New, pepper)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// otpHash binds a code to one attempt of one number.
func otpHash(pepper []byte, id domain.LoginID, phone domain.Phone, code string) string {
	return mac(pepper, string(id)+":"+string(phone)+":"+code)
}

var otpTexts = map[domain.Language]string{
	domain.English: "PropFlow: %s is your login code. It is valid for 5 minutes. Do not share it with anyone.",
	domain.Hindi:   "PropFlow: आपका लॉगिन कोड %s है। यह 5 मिनट तक मान्य है। इसे किसी के साथ साझा न करें।",
}

// otpMessage writes the message that carries the code. The code goes nowhere else.
func otpMessage(to domain.Phone, language domain.Language, code string) domain.Message {
	text, ok := otpTexts[language]
	if !ok {
		language, text = domain.English, otpTexts[domain.English]
	}
	return domain.Message{
		To: domain.Recipient{Phone: to}, Channel: domain.ChannelSMS, Template: "otp." + string(language),
		Params: []string{code}, Text: fmt.Sprintf(text, code),
	}
}
