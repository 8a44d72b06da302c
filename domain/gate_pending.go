package domain

type Link struct{ Kind LinkKind }
type LinkKind string

func (k LinkKind) Risk() Risk { return RiskSamePropertyElsewhere }

type Withdrawal struct{}

func PlausiblePrice(c Comparable, around []Comparable) bool { return c.PricePerSqFt() > 1 }
func DistinctSales(s []Comparable) int                      { return len(s) }
