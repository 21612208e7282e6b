// Package wire is the contract between the server and its clients: the
// request and answer types, the table of endpoints with the permission that
// each needs, the problem type and the version of the protocol. The server
// registers the endpoints from here, the desktop calls them from here, and
// the published OpenAPI document is generated from here.
//
// Input types carry the tags of huma: path, query and header for parameters,
// and a field Body for the JSON body. Output types carry a field Body, and
// header fields.
package wire
