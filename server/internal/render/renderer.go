package render

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // coats of arms come as JPEG too
	"image/png"
	"slices"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationmonoregular"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// Body is the body in whose name a document is made.
type Body struct {
	Name string
	Arms []byte // coat of arms, PNG or JPEG; nil where there is none
}

// Renderer makes documents. It may be used by many at once.
type Renderer struct {
	now  func() time.Time
	zone *time.Location

	mu   sync.Mutex
	sum  [sha256.Size]byte // of the arms last prepared
	arms *arms
}

// New returns a renderer that dates its documents with now, in the zone of the
// body.
func New(now func() time.Time, zone *time.Location) *Renderer {
	return &Renderer{now: now, zone: zone}
}

// Limits of a coat of arms.
const (
	MaxArmsBytes = 1 << 20 // size of the file
	MaxArmsSide  = 2000    // width and height, in pixels
)

// ErrArms says that an image does not serve as a coat of arms.
var ErrArms = errors.New("render: arms are not a PNG or JPEG within the limits")

// CheckArms refuses an image that a document could not carry, with ErrArms:
// it is asked when the image is set, so that no document fails for it later.
func CheckArms(data []byte) error {
	_, err := prepareArms(data)
	return err
}

type arms struct {
	png           []byte
	width, height float64
}

// prepareArms writes the image in the one form that every reader of PDF takes:
// PNG, eight bits, not interlaced.
func prepareArms(data []byte) (*arms, error) {
	if len(data) > MaxArmsBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrArms, len(data))
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrArms, err)
	}
	if head.Width < 1 || head.Height < 1 || head.Width > MaxArmsSide || head.Height > MaxArmsSide {
		return nil, fmt.Errorf("%w: %d by %d pixels", ErrArms, head.Width, head.Height)
	}
	source, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrArms, err)
	}
	flat := image.NewNRGBA(image.Rect(0, 0, head.Width, head.Height))
	draw.Draw(flat, flat.Bounds(), source, source.Bounds().Min, draw.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, flat); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrArms, err)
	}
	return &arms{png: out.Bytes(), width: float64(head.Width), height: float64(head.Height)}, nil
}

// prepared is prepareArms, remembering the last image: a body has one.
func (r *Renderer) prepared(data []byte) (*arms, error) {
	if len(data) == 0 {
		return nil, nil
	}
	sum := sha256.Sum256(data)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.arms != nil && r.sum == sum {
		return r.arms, nil
	}
	a, err := prepareArms(data)
	if err != nil {
		return nil, err
	}
	r.sum, r.arms = sum, a
	return a, nil
}

// The font families.
const (
	sans = "sans"
	mono = "mono"
)

// addFonts gives the document the Liberation fonts: all of the Latin script
// with its extensions, which is what the register writes. The bytes are copied
// because the library cuts the fonts in place.
func addFonts(pdf *fpdf.Fpdf) {
	pdf.AddUTF8FontFromBytes(sans, "", slices.Clone(liberationsansregular.TTF))
	pdf.AddUTF8FontFromBytes(sans, "B", slices.Clone(liberationsansbold.TTF))
	pdf.AddUTF8FontFromBytes(mono, "", slices.Clone(liberationmonoregular.TTF))
}
