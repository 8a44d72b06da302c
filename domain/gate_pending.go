package domain

type Link struct{ Kind LinkKind }
type LinkKind string

func (k LinkKind) Risk() Risk { return RiskSamePropertyElsewhere }
