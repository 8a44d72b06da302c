package domain

import "time"

// ImageFormat is the true format of a file, read from its bytes and never from its name.
type ImageFormat string

// The formats that PropFlow reads. FormatUnknown is anything else.
const (
	FormatJPEG    ImageFormat = "JPEG"
	FormatPNG     ImageFormat = "PNG"
	FormatWebP    ImageFormat = "WEBP"
	FormatHEIC    ImageFormat = "HEIC"
	FormatUnknown ImageFormat = ""
)

// ImageFault is the reason why a file could not be read as a photo.
type ImageFault string

// The faults of a file. NoFault means that it decoded whole.
const (
	NoFault           ImageFault = ""
	FaultNotAnImage   ImageFault = "NOT_AN_IMAGE"      // no known image format
	FaultBroken       ImageFault = "BROKEN_IMAGE"      // known format, does not decode whole
	FaultTooManyBytes ImageFault = "TOO_MANY_BYTES"    // over MaxPhotoBytes
	FaultTooBig       ImageFault = "TOO_MANY_PIXELS"   // over MaxPhotoPixels or MaxHEICPixels
	FaultTooSmall     ImageFault = "TOO_FEW_PIXELS"    // a side is too short to show anything
	FaultTooSlow      ImageFault = "TOO_SLOW"          // decoding took longer than allowed
	FaultChecksum     ImageFault = "CHECKSUM_MISMATCH" // not the bytes that were announced
)

// ImageFacts is everything that was measured of one file. It is not a judgement: the checks of
// domain/model/photocheck turn facts into findings, by which Photo.Judge gives the verdict.
type ImageFacts struct {
	Fault  ImageFault
	Format ImageFormat
	Bytes  int64
	SHA256 string // lower-case hex, of the original bytes

	// Width and Height are in pixels, after turning the image upright.
	Width, Height int
	// Sharpness is the variance of the 4-neighbour Laplacian of luma (0–255) at a fixed
	// working size; greater is sharper (Pech-Pacheco et al., ICPR 2000).
	Sharpness float64
	// Brightness is the mean luma, 0 (black) to 255 (white).
	Brightness float64
	// Glare is the share of pixels with luma > 240, 0 to 1.
	Glare float64
	// PerceptualHash is a 64-bit DCT hash of the upright picture; similar pictures differ in
	// few bits.
	PerceptualHash uint64
	// Hashes are the perceptual hashes of the picture turned by each of the EXIF orientations
	// 1…8. The first is PerceptualHash.
	Hashes [8]uint64
	// Fingerprint confirms or refutes that two pictures with near hashes are the same.
	Fingerprint Fingerprint `json:"Signature"` // the name in stored results
	// Moire is how far the strongest periodic pattern of a screen's grid rises above the rest of
	// the picture's spectrum, 0 if no such pattern was looked for.
	Moire float64
	// C2PA is true if the file has a manifest of content credentials (C2PA 2.1). Its signature
	// is not checked, so the manifest is shown to the valuer but proves nothing.
	C2PA bool

	EXIF EXIF
}

// EXIF is what the file itself records about its capture, in its EXIF or else in its XMP. Every
// part may be missing.
type EXIF struct {
	// Orientation is the EXIF orientation 1…8, 0 if absent.
	Orientation int
	// TakenAt is the capture time. If Zoned is false, the file names no time zone and TakenAt
	// is its local time interpreted as IST.
	TakenAt *time.Time
	Zoned   bool
	// Location is in signed degrees, nil if absent, malformed or 0,0.
	Location *Point
	Make     string
	Model    string
	Software string
	// CreatorTool is XMP's name of the program that made the file.
	CreatorTool string
}

// HasCamera reports whether the file names the device that took it.
func (e EXIF) HasCamera() bool { return e.Make != "" || e.Model != "" }

// ImageAnalysis is what an image-recognition service found in a photo.
type ImageAnalysis struct {
	// Done is false if the photo was "not analysed": no such service is configured, or it
	// remained unavailable.
	Done   bool
	Unsafe bool
	// Labels are what the service sees, best first.
	Labels []Label
	// Text is printed text seen in the picture.
	Text string
}

// Label is one thing seen in a photo, with a score of 0 to 1.
type Label struct {
	Name  string
	Score float64
}
