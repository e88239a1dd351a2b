// Package emit turns Kubernetes objects into bytes and bytes into a folder.
//
// YAML writes an object the way a reviewer reads it and always the same way.
// Write puts a set of files into a folder, all of it or nothing, and Check
// returns how a folder differs from the set. A manifest in the folder lists the
// files that dominoc wrote; only those are ever replaced or removed. If users may
// edit the files of a set, Write recognises edited files by the manifest, and leaves
// them.
//
// The callers decide the content: the objects, and their files. They are output, oci,
// scaffold, change and the command line; no stage before them has bytes.
package emit
