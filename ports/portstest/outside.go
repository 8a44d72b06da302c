package portstest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// MessengerHarness is a messenger and what arrives at the people it writes to.
type MessengerHarness struct {
	Messenger ports.Messenger
	// Delivered lists the messages that arrived, oldest first. Key and, for channels
	// without templates, Template and Params may be missing.
	Delivered func() []domain.Message
	// Refused is a number that the provider refuses for good.
	Refused domain.Phone
}

// Messenger checks a ports.Messenger.
func Messenger(t *testing.T, open func(t *testing.T) MessengerHarness) {
	message := func(channel domain.Channel) domain.Message {
		return domain.Message{
			To: newPhone(), Channel: channel, Template: "valued.hi", Params: []string{"PF-20261123-ABC123", "₹1,23,45,678"},
			Text: "PropFlow: आपकी संपत्ति PF-20261123-ABC123 का मूल्यांकन ₹1,23,45,678 है।", Key: newID(),
		}
	}
	t.Run("delivers to the number, unchanged", func(t *testing.T) {
		t.Parallel()
		h := open(t)
		seen := make(map[string]bool)
		for _, channel := range []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp} {
			want := message(channel)
			id, err := h.Messenger.Send(t.Context(), tidy(want))
			require.NoError(t, err)
			require.NotEmpty(t, id)
			require.False(t, seen[id], "the provider's ids tell messages apart")
			seen[id] = true
			delivered := h.Delivered()
			require.Len(t, delivered, len(seen))
			got := delivered[len(delivered)-1]
			require.Equal(t, want.To, got.To)
			require.Equal(t, channel, got.Channel)
			if got.Template == "" {
				require.Equal(t, want.Text, got.Text)
			} else {
				require.Equal(t, want.Template, got.Template)
				require.Equal(t, want.Params, got.Params)
			}
		}
	})
	t.Run("survives repeats", func(t *testing.T) {
		t.Parallel()
		h := open(t)
		m := message(domain.ChannelSMS)
		for range 2 {
			id, err := h.Messenger.Send(t.Context(), m)
			require.NoError(t, err)
			require.NotEmpty(t, id)
		}
		require.LessOrEqual(t, len(h.Delivered()), 2)
		m.Key = ""
		before := len(h.Delivered())
		for range 2 { // without a key nothing is a repeat
			_, err := h.Messenger.Send(t.Context(), m)
			require.NoError(t, err)
		}
		require.Len(t, h.Delivered(), before+2)
	})
	t.Run("says what it cannot deliver", func(t *testing.T) {
		t.Parallel()
		h := open(t)
		m := message(domain.ChannelSMS)
		m.To = h.Refused
		_, err := h.Messenger.Send(t.Context(), m)
		require.Error(t, err)
		require.Equal(t, domain.KindInvalid, domain.KindOf(err))
		require.NotContains(t, err.Error(), string(h.Refused), "errors never echo a number")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = h.Messenger.Send(ctx, message(domain.ChannelSMS))
		require.Error(t, err)
		require.Empty(t, h.Delivered())
	})
	t.Run("sends many at once", func(t *testing.T) {
		t.Parallel()
		h := open(t)
		for _, err := range race(racers, func(int) error {
			_, err := h.Messenger.Send(t.Context(), message(domain.ChannelSMS))
			return err
		}) {
			require.NoError(t, err)
		}
		require.Len(t, h.Delivered(), racers)
	})
}

// ImageAnalyzer checks a ports.ImageAnalyzer.
func ImageAnalyzer(t *testing.T, open func(t *testing.T) ports.ImageAnalyzer) {
	t.Run("says what it sees", func(t *testing.T) {
		t.Parallel()
		analyzer, photo := open(t), somePhoto(t)
		for range 2 {
			got, err := analyzer.Analyze(t.Context(), photo)
			require.NoError(t, err)
			if !got.Done {
				require.Zero(t, tidy(got), "what was not analysed says nothing")
			}
			for i, label := range got.Labels {
				assert.NotEmpty(t, label.Name)
				assert.GreaterOrEqual(t, label.Score, 0.0)
				assert.LessOrEqual(t, label.Score, 1.0)
				assert.True(t, i == 0 || label.Score <= got.Labels[i-1].Score, "best first")
			}
		}
	})
	t.Run("ends with its context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := open(t).Analyze(ctx, somePhoto(t))
		require.Error(t, err)
	})
}

func somePhoto(t *testing.T) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range picture.Pix {
		picture.SetGray(i%64, i/64, color.Gray{Y: uint8(i * 7)})
	}
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, picture, nil))
	return file.Bytes()
}

// ReportRenderer checks a ports.ReportRenderer.
func ReportRenderer(t *testing.T, open func(t *testing.T) ports.ReportRenderer) {
	full := func(t *testing.T) domain.ReportDocument {
		f := &filler{t: t, n: 1}
		document := domain.ReportDocument{
			Property: fill[domain.Property](f), OwnerName: "आशा राव", Phone: "+91********78",
			Valuation: fill[domain.Valuation](f), ValuerName: "Ravi (Valuer)", SignerName: `Meera \ Sons`,
			AuditHead: digest(9), AuditEntries: 12, GeneratedAt: noon,
		}
		document.Valuation.Rationale = strings.Repeat("Close to the metro; corner plot. ", 60)
		for range 3 {
			document.Photos = append(document.Photos, domain.ReportPhoto{Photo: fill[domain.Photo](f), JPEG: somePhoto(t)})
		}
		return document
	}
	render := func(t *testing.T, renderer ports.ReportRenderer, document domain.ReportDocument) []byte {
		t.Helper()
		file, err := renderer.Render(t.Context(), document)
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(file, []byte("%PDF-")), "begins as a PDF")
		require.True(t, bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")), "ends as a PDF")
		return file
	}
	t.Run("the same document gives the same bytes", func(t *testing.T) {
		t.Parallel()
		document, renderer := full(t), open(t)
		before := tidy(document)
		first := render(t, renderer, document)
		same(t, before, document, "the renderer changes nothing of the document")
		require.Equal(t, first, render(t, renderer, document))
		require.Equal(t, first, render(t, open(t), document))
		for _, err := range race(3, func(int) error { _, err := renderer.Render(t.Context(), document); return err }) {
			require.NoError(t, err)
		}
	})
	t.Run("another document gives others", func(t *testing.T) {
		t.Parallel()
		document, renderer := full(t), open(t)
		first := render(t, renderer, document)
		for name, change := range map[string]func(d *domain.ReportDocument){
			"amount":    func(d *domain.ReportDocument) { d.Valuation.Amount++ },
			"reference": func(d *domain.ReportDocument) { d.Property.Reference = "PF-20261123-000000" },
			"signer":    func(d *domain.ReportDocument) { d.SignerName = "Somebody else" },
			"audit":     func(d *domain.ReportDocument) { d.AuditHead = digest(8) },
			"time":      func(d *domain.ReportDocument) { d.GeneratedAt = noon.AddDate(0, 0, 1) },
		} {
			changed := tidy(document)
			change(&changed)
			require.NotEqual(t, first, render(t, renderer, changed), name)
		}
	})
	t.Run("does without what may be missing", func(t *testing.T) {
		t.Parallel()
		bare := domain.ReportDocument{
			Property:    domain.Property{ID: domain.PropertyID(newID()), Type: domain.Land, Reference: "PF-20261123-ABC123"},
			Valuation:   domain.Valuation{ID: domain.ValuationID(newID()), Number: 1, Amount: 1, Methodology: domain.CostApproach},
			ValuerName:  "Ravi",
			GeneratedAt: noon,
		}
		render(t, open(t), bare)
	})
	t.Run("ends with its context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := open(t).Render(ctx, full(t))
		require.ErrorIs(t, err, context.Canceled)
	})
}
