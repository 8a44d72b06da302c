package postgres

import (
	"time"

	"github.com/propflow/propflow/domain"
)

type followUpShape struct {
	AskedBy    domain.UserID       `json:"asked_by"`
	AskedAt    time.Time           `json:"asked_at"`
	DueAt      time.Time           `json:"due_at"`
	RemindedAt *time.Time          `json:"reminded_at,omitempty"`
	AnsweredAt *time.Time          `json:"answered_at,omitempty"`
	Items      []followUpItemShape `json:"items"`
}

type followUpItemShape struct {
	ID          domain.FollowUpItemID `json:"id"`
	Kind        domain.FollowUpKind   `json:"kind"`
	Message     string                `json:"message"`
	PhotoID     domain.PhotoID        `json:"photo_id,omitempty"`
	Type        domain.PhotoType      `json:"type,omitempty"`
	Room        domain.Room           `json:"room,omitempty"`
	Field       domain.Field          `json:"field,omitempty"`
	CorrectedAt *time.Time            `json:"corrected_at,omitempty"`
	NewPhoto    domain.PhotoID        `json:"new_photo,omitempty"`
	Answer      string                `json:"answer,omitempty"`
}

func followUpTo(f domain.FollowUp) followUpShape {
	return followUpShape{
		f.AskedBy, *utc(&f.AskedAt), *utc(&f.DueAt), utc(timeOrNil(f.RemindedAt)), utc(timeOrNil(f.AnsweredAt)),
		mapped(f.Items, func(it domain.FollowUpItem) followUpItemShape {
			return followUpItemShape{
				it.ID, it.Kind, it.Message, it.PhotoID, it.Subject.Type, it.Subject.Room, it.Field,
				utc(timeOrNil(it.CorrectedAt)), it.NewPhoto, it.Answer,
			}
		}),
	}
}

func followUpFrom(f followUpShape) domain.FollowUp {
	return domain.FollowUp{
		AskedBy: f.AskedBy, AskedAt: f.AskedAt, DueAt: f.DueAt, RemindedAt: value(f.RemindedAt), AnsweredAt: value(f.AnsweredAt),
		Items: mapped(f.Items, func(it followUpItemShape) domain.FollowUpItem {
			return domain.FollowUpItem{
				ID: it.ID, Kind: it.Kind, Message: it.Message, PhotoID: it.PhotoID,
				Subject: domain.Subject{Type: it.Type, Room: it.Room}, Field: it.Field,
				CorrectedAt: value(it.CorrectedAt), NewPhoto: it.NewPhoto, Answer: it.Answer,
			}
		}),
	}
}

type handoverShape struct {
	By     domain.UserID `json:"by"`
	At     time.Time     `json:"at"`
	From   domain.UserID `json:"from"`
	To     domain.UserID `json:"to,omitempty"`
	Reason string        `json:"reason"`
}

func handoverTo(h domain.Handover) handoverShape {
	return handoverShape{h.By, *utc(&h.At), h.From, h.To, h.Reason}
}

func handoverFrom(h handoverShape) domain.Handover { return domain.Handover(h) }

// encodeHandovers returns nil if there are none, as in the rows of releases that knew none.
func encodeHandovers(all []domain.Handover) ([]byte, error) {
	if len(all) == 0 {
		return nil, nil
	}
	return encode(mapped(all, handoverTo))
}

func decodeHandovers(encoded []byte) ([]domain.Handover, error) {
	if encoded == nil {
		return nil, nil
	}
	all, err := decodeList[handoverShape]("handovers", encoded)
	return mapped(all, handoverFrom), err
}

type saleShape struct {
	ID        domain.ComparableID     `json:"id"`
	Source    domain.ComparableSource `json:"source"`
	SourceID  string                  `json:"source_id"`
	Type      domain.PropertyType     `json:"type"`
	Locality  string                  `json:"locality"`
	City      string                  `json:"city"`
	Pincode   string                  `json:"pincode"`
	Location  pointShape              `json:"location"`
	AreaSqFt  int                     `json:"area_sqft"`
	Bedrooms  *int                    `json:"bedrooms,omitempty"`
	Bathrooms *int                    `json:"bathrooms,omitempty"`
	YearBuilt *int                    `json:"year_built,omitempty"`
	Price     domain.Rupees           `json:"price"`
	SoldOn    time.Time               `json:"sold_on"`
	CreatedBy domain.UserID           `json:"created_by"`
	CreatedAt time.Time               `json:"created_at"`
	Withdrawn *withdrawalShape        `json:"withdrawn,omitempty"`
}

type withdrawalShape struct {
	By     domain.UserID `json:"by"`
	At     time.Time     `json:"at"`
	Reason string        `json:"reason"`
}

func withdrawalTo(w *domain.Withdrawal) *withdrawalShape {
	if w == nil {
		return nil
	}
	return &withdrawalShape{w.By, *utc(&w.At), w.Reason}
}

func saleTo(c domain.Comparable) saleShape {
	return saleShape{
		c.ID, c.Source, c.SourceID, c.Type, c.Locality, c.City, c.Pincode, pointShape(c.Location), c.AreaSqFt,
		clone(c.Bedrooms), clone(c.Bathrooms), clone(c.YearBuilt), c.Price, *utc(&c.SoldOn), c.CreatedBy, *utc(&c.CreatedAt),
		withdrawalTo(c.Withdrawn),
	}
}

func (c saleShape) sale() domain.Comparable {
	return domain.Comparable{
		ID: c.ID, Source: c.Source, SourceID: c.SourceID, Type: c.Type, Locality: c.Locality, City: c.City, Pincode: c.Pincode,
		Location: domain.Point(c.Location), AreaSqFt: c.AreaSqFt, Bedrooms: c.Bedrooms, Bathrooms: c.Bathrooms,
		YearBuilt: c.YearBuilt, Price: c.Price, SoldOn: c.SoldOn, CreatedBy: c.CreatedBy, CreatedAt: c.CreatedAt,
		Withdrawn: (*domain.Withdrawal)(c.Withdrawn),
	}
}

type adjustmentShape struct {
	Kind    domain.AdjustmentKind `json:"kind"`
	Percent float64               `json:"percent"`
}

type adjustedShape struct {
	Comparable    saleShape         `json:"comparable"`
	DistanceKM    float64           `json:"distance_km"`
	AgeMonths     float64           `json:"age_months"`
	Adjustments   []adjustmentShape `json:"adjustments"`
	AdjustedPrice domain.Rupees     `json:"adjusted_price"`
	Weight        float64           `json:"weight"`
}

func adjustedTo(a domain.AdjustedComparable) adjustedShape {
	adjustments := mapped(a.Adjustments, func(a domain.Adjustment) adjustmentShape { return adjustmentShape(a) })
	return adjustedShape{saleTo(a.Comparable), a.DistanceKM, a.AgeMonths, adjustments, a.AdjustedPrice, a.Weight}
}

func adjustedFrom(a adjustedShape) domain.AdjustedComparable {
	return domain.AdjustedComparable{
		Comparable: a.Comparable.sale(), DistanceKM: a.DistanceKM, AgeMonths: a.AgeMonths,
		Adjustments:   mapped(a.Adjustments, func(a adjustmentShape) domain.Adjustment { return domain.Adjustment(a) }),
		AdjustedPrice: a.AdjustedPrice, Weight: a.Weight,
	}
}

type suggestionShape struct {
	Amount      domain.Rupees   `json:"amount"`
	Low         domain.Rupees   `json:"low"`
	High        domain.Rupees   `json:"high"`
	Confidence  int             `json:"confidence"`
	ForecastSD  float64         `json:"forecast_sd"`
	Comparables []adjustedShape `json:"comparables"`
	Model       string          `json:"model"`
}

func suggestionTo(s domain.Suggestion) suggestionShape {
	return suggestionShape{s.Amount, s.Low, s.High, s.Confidence, s.ForecastSD, mapped(s.Comparables, adjustedTo), s.Model}
}

func (s suggestionShape) suggestion() domain.Suggestion {
	return domain.Suggestion{
		Amount: s.Amount, Low: s.Low, High: s.High, Confidence: s.Confidence, ForecastSD: s.ForecastSD,
		Comparables: mapped(s.Comparables, adjustedFrom), Model: s.Model,
	}
}
