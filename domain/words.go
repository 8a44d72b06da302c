package domain

// Words is one text for people, in every language that PropFlow writes in.
type Words struct {
	English string // never empty
	Hindi   string // empty if there is no translation
}

// In returns the text in the language, or in English if there is no translation.
func (w Words) In(l Language) string {
	if l == Hindi && w.Hindi != "" {
		return w.Hindi
	}
	return w.English
}
