// Package emit turns Kubernetes objects into bytes and bytes into a folder.
//
// YAML writes an object the way a reviewer reads it and always the same way.
// Write puts a set of files into a folder, all of it or nothing, and Check
// tells how a folder differs from the set. A manifest in the folder lists the
// files that are ours; only those are ever replaced or removed. A set whose
// files people may edit says so: then it also tells from the manifest which of
// them were edited, and leaves those.
//
// The package decides nothing about the content: what the objects are, and which
// file holds which, is the caller's. Its callers are output, oci, scaffold, change
// and the command line; no stage before them has bytes.
package emit
