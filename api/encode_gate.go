package api

import (
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

func encodeBlocking(b domain.Blocking) gen.Blocking {
	return gen.Blocking{
		Code: gen.BlockingCode(b.Code), Field: b.Field, PhotoID: optionalText(b.Photo), PhotoType: (*gen.PhotoType)(optionalText(b.Need)),
		Message: b.Words.English, MessageHi: b.Words.Hindi,
	}
}

func encodeRisk(r domain.Risk) gen.Risk { return gen.Risk(r) }
