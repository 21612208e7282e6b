// Package server is the central server of a body: its configuration, its
// wiring and its life. Everything it is made of lies under internal, where
// services know neither HTTP, nor SQL, nor each other: New hands each what it
// needs.
//
// Directions: cmd → server → api → gate → services → app; store and evidence
// are handed in.
package server
