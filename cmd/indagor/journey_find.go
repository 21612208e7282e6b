//go:build journey

package main

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"indagor/ui/widget"
)

// node is one visible object of the window, in the order in which it is drawn.
type node struct {
	object  fyne.CanvasObject
	at      fyne.Position
	parents []fyne.CanvasObject
	text    string // what it draws, if it is a text
	name    string // what it is called
}

func (n node) size() fyne.Size { return n.object.Size() }

func (n node) middle() fyne.Position {
	return n.at.AddXY(n.size().Width/2, n.size().Height/2)
}

func (n node) contains(p fyne.Position) bool {
	return p.X >= n.at.X && p.Y >= n.at.Y && p.X < n.at.X+n.size().Width && p.Y < n.at.Y+n.size().Height
}

// children are the objects that an object is made of.
func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

// trees are what can be seen: the content, and what lies over it. Where only
// what can be reached is wanted, it is the topmost alone.
func trees(c fyne.Canvas, reachable bool) []fyne.CanvasObject {
	over := c.Overlays().List()
	if reachable && len(over) > 0 {
		return over[len(over)-1:]
	}
	return append([]fyne.CanvasObject{c.Content()}, over...)
}

// look lists the visible objects.
func look(c fyne.Canvas, reachable bool) []node {
	var nodes []node
	var visit func(o fyne.CanvasObject, at fyne.Position, parents []fyne.CanvasObject)
	visit = func(o fyne.CanvasObject, at fyne.Position, parents []fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		n := node{object: o, at: at.Add(o.Position()), parents: parents, name: widget.Name(o)}
		if t, ok := o.(*canvas.Text); ok {
			n.text = t.Text
		}
		nodes = append(nodes, n)
		inner := append(parents[:len(parents):len(parents)], o)
		for _, child := range children(o) {
			visit(child, n.at, inner)
		}
	}
	for _, tree := range trees(c, reachable) {
		visit(tree, fyne.Position{}, nil)
	}
	return nodes
}

// shows reports whether a text is to be seen.
func shows(nodes []node, text string) bool {
	for _, n := range nodes {
		if strings.Contains(n.text, text) || strings.Contains(n.name, text) {
			return true
		}
		if p, ok := placeholder(n.object); ok && p == text {
			return true
		}
	}
	return false
}

// placeholder is what an empty field shows.
func placeholder(o fyne.CanvasObject) (string, bool) {
	switch f := o.(type) {
	case *widget.TextField:
		return f.Placeholder, true
	case *widget.CodeField:
		return f.Placeholder, true
	case *widget.DateField:
		return f.Placeholder, true
	case *widget.Picker:
		return f.Placeholder, true
	}
	return "", false
}

// named lists the objects that bear a label: exactly, or else with more words
// around it. Of an object and those that it is made of only the outermost
// counts.
func named(nodes []node, label string) []node {
	for _, same := range []func(string) bool{
		func(s string) bool { return s == label },
		func(s string) bool { return s != "" && strings.HasPrefix(s, label) },
		func(s string) bool { return s != "" && strings.Contains(s, label) },
	} {
		var found []node
		taken := map[fyne.CanvasObject]bool{}
		for _, n := range nodes {
			p, _ := placeholder(n.object)
			if !same(n.text) && !same(n.name) && !same(p) {
				continue
			}
			within := false
			for _, parent := range n.parents {
				within = within || taken[parent]
			}
			if !within {
				taken[n.object] = true
				found = append(found, n)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// field is the field with a label.
func field(nodes []node, label string) (node, fyne.Focusable, bool) {
	found := named(nodes, label)
	for _, n := range found {
		if f, ok := n.object.(interface {
			Focusable() fyne.Focusable
			SetError(string)
		}); ok {
			return n, f.Focusable(), true
		}
	}
	for _, n := range found {
		if f, ok := n.object.(interface{ Focusable() fyne.Focusable }); ok {
			return n, f.Focusable(), true
		}
		if f, ok := n.object.(fyne.Focusable); ok {
			return n, f, true
		}
	}
	return node{}, nil, false
}

// within lists the nodes that an object is made of.
func within(nodes []node, o fyne.CanvasObject) []node {
	var inner []node
	for _, n := range nodes {
		for _, p := range n.parents {
			if p == o {
				inner = append(inner, n)
				break
			}
		}
	}
	return inner
}

// target is what a press on a node presses: itself, what it is part of, or
// what lies there on top.
func target(nodes []node, n node) (node, bool) {
	if pressable(n.object) {
		return n, true
	}
	byObject := map[fyne.CanvasObject]node{}
	for _, m := range nodes {
		byObject[m.object] = m
	}
	for i := len(n.parents) - 1; i >= 0; i-- {
		if pressable(n.parents[i]) {
			return byObject[n.parents[i]], true
		}
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		if nodes[i].contains(n.middle()) && pressable(nodes[i].object) {
			return nodes[i], true
		}
	}
	return node{}, false
}

func pressable(o fyne.CanvasObject) bool {
	_, ok := o.(fyne.Tappable)
	return ok
}

// reveal scrolls so that a node can be seen.
func reveal(nodes []node, n node) {
	for i := len(n.parents) - 1; i >= 0; i-- {
		scroll, ok := n.parents[i].(*container.Scroll)
		if !ok {
			continue
		}
		for _, s := range nodes {
			if s.object != fyne.CanvasObject(scroll) {
				continue
			}
			top, bottom := n.at.Y-s.at.Y, n.at.Y+n.size().Height-s.at.Y-s.size().Height
			switch {
			case top < 0:
				scroll.ScrollToOffset(scroll.Offset.AddXY(0, top))
			case bottom > 0:
				scroll.ScrollToOffset(scroll.Offset.AddXY(0, bottom))
			}
		}
	}
}
