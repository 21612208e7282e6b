//go:build journey

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// picture is a picture of the real window. Where OpenGL is done in software
// the buffer that Fyne reads is black (Mesa keeps no copy of the front buffer
// of a window), and the display is asked for what it shows.
func picture(w fyne.Window) (image.Image, error) {
	img := w.Canvas().Capture()
	if !blank(img) {
		return img, nil
	}
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return img, nil
	}
	var handle uintptr
	native.RunNative(func(context any) {
		if x, ok := context.(driver.X11WindowContext); ok {
			handle = x.WindowHandle
		}
	})
	if handle == 0 {
		return img, nil
	}
	return displayed(uint32(handle))
}

// blank reports whether a picture is of one colour.
func blank(img image.Image) bool {
	b := img.Bounds()
	first := color.RGBAModel.Convert(img.At(b.Min.X, b.Min.Y))
	for y := b.Min.Y; y < b.Max.Y; y += 3 {
		for x := b.Min.X; x < b.Max.X; x += 3 {
			if color.RGBAModel.Convert(img.At(x, y)) != first {
				return false
			}
		}
	}
	return true
}

// displayed asks the X server for what it shows of a window (X Window System
// Protocol, version 11: connection setup, GetGeometry, GetImage).
func displayed(window uint32) (image.Image, error) {
	number, _, _ := strings.Cut(strings.TrimPrefix(os.Getenv("DISPLAY"), ":"), ".")
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+number)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := greet(conn, number); err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	geometry, err := ask(conn, le.AppendUint32([]byte{14, 0, 2, 0}, window))
	if err != nil {
		return nil, fmt.Errorf("GetGeometry: %w", err)
	}
	width, height := int(le.Uint16(geometry[16:])), int(le.Uint16(geometry[18:]))
	request := le.AppendUint32([]byte{73, 2, 5, 0}, window)
	request = le.AppendUint32(request, 0) // from its corner
	request = le.AppendUint16(request, uint16(width))
	request = le.AppendUint16(request, uint16(height))
	answer, err := ask(conn, le.AppendUint32(request, 0xffffffff))
	if err != nil {
		return nil, fmt.Errorf("GetImage: %w", err)
	}
	pixels := answer[32:]
	if len(pixels) < width*height*4 {
		return nil, errors.New("GetImage: the display has not four bytes a pixel")
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := 0; i < width*height*4; i += 4 {
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = pixels[i+2], pixels[i+1], pixels[i], 0xff
	}
	return img, nil
}

// greet opens the conversation with the X server.
func greet(conn io.ReadWriter, number string) error {
	const method = "MIT-MAGIC-COOKIE-1"
	le := binary.LittleEndian
	secret := cookie(number)
	name := method
	if secret == nil {
		name = ""
	}
	hello := []byte{'l', 0, 11, 0, 0, 0}
	hello = le.AppendUint16(hello, uint16(len(name)))
	hello = le.AppendUint16(hello, uint16(len(secret)))
	hello = append(hello, 0, 0)
	hello = append(hello, padded([]byte(name))...)
	hello = append(hello, padded(secret)...)
	if _, err := conn.Write(hello); err != nil {
		return err
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(conn, head); err != nil {
		return err
	}
	rest := make([]byte, int(le.Uint16(head[6:]))*4)
	if _, err := io.ReadFull(conn, rest); err != nil {
		return err
	}
	if head[0] != 1 {
		return errors.New("the display does not let us in")
	}
	return nil
}

func padded(b []byte) []byte { return append(b, make([]byte, (4-len(b)%4)%4)...) }

// cookie is the secret of the display, where there is one: the entry of the
// file XAUTHORITY (family, address, number, method, secret, each but the first
// with its length before it).
func cookie(number string) []byte {
	path := os.Getenv("XAUTHORITY")
	if path == "" {
		path = filepath.Join(os.Getenv("HOME"), ".Xauthority")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	for len(data) > 2 {
		data = data[2:]
		var parts [4][]byte
		for i := range parts {
			if len(data) < 2 {
				return nil
			}
			n := int(binary.BigEndian.Uint16(data))
			if len(data) < 2+n {
				return nil
			}
			parts[i], data = data[2:2+n], data[2+n:]
		}
		if string(parts[1]) == number {
			return parts[3]
		}
	}
	return nil
}

// ask sends a request and gives the answer with its head of 32 bytes.
func ask(conn io.ReadWriter, request []byte) ([]byte, error) {
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	head := make([]byte, 32)
	if _, err := io.ReadFull(conn, head); err != nil {
		return nil, err
	}
	if head[0] != 1 {
		return nil, fmt.Errorf("error %d of the display", head[1])
	}
	rest := make([]byte, int(binary.LittleEndian.Uint32(head[4:]))*4)
	_, err := io.ReadFull(conn, rest)
	return append(head, rest...), err
}
