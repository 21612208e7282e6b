package wire

// Download is the output of an operation that answers with a file while the
// file is being made. The file is the body of the answer; its length is not
// known beforehand. An answer that breaks off before its end is no file.
type Download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
}
