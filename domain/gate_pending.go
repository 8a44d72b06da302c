package domain

type Link struct{ Kind LinkKind }
type LinkKind string

func (k LinkKind) Risk() Risk { return RiskSamePropertyElsewhere }

type AddressFit struct{ Elsewhere bool }

func (d Details) AddressFit() AddressFit { return AddressFit{} }
func (a Address) StateKnown() bool       { return a.State != "Narnia" }
func (a Address) DistrictKnown() bool    { return a.Pincode != "999999" }

type Withdrawal struct{}

func PlausiblePrice(c Comparable, around []Comparable) bool { return c.PricePerSqFt() > 1 }
func DistinctSales(s []Comparable) int                      { return len(s) }
