package domain

// Words is one text in each language of the people who read it.
type Words struct {
	English, Hindi string
}
