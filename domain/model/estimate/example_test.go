package estimate_test

import (
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/estimate"
)

// Three alike sales nearby, sold within two months: the flat is worth what they fetched.
func ExampleSuggest() {
	today := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	here := domain.Point{Lat: 12.9719, Lng: 77.6412}
	subject := domain.SubjectProperty{Type: domain.Apartment, Location: here, AreaSqFt: 1000}
	var sales []domain.Comparable
	for i, id := range []domain.ComparableID{"a", "b", "c"} {
		sales = append(sales, domain.Comparable{
			ID: id, Type: domain.Apartment, Location: here, AreaSqFt: 1000, Price: 90 * domain.Lakh, SoldOn: today.AddDate(0, -i, 0),
		})
	}
	s := estimate.Suggest(subject, sales, domain.DefaultSettings(), today)
	fmt.Println(s.Amount, s.Low < s.Amount && s.Amount < s.High, len(s.Comparables), s.Model)
	// Output: ₹90,00,000 true 3 similar-sales/2
}
