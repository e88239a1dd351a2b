package memo

import (
	"bytes"
	"debug/elf"
	"os"
	"runtime/debug"
	"strings"
)

// program names the program that runs, so that no other has the same name: by the
// build ID that Go's linker writes into it, which is made of its content, or else by
// the release. It is empty where neither is known.
func program() string {
	if id := buildID(); id != "" {
		return id
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasPrefix(info.Main.Version, "v") || strings.Contains(info.Main.Version, "dirty") {
		return ""
	}
	return info.Main.Path + "@" + info.Main.Version
}

// buildID is read where programs are in ELF; the note has three numbers, the name of
// who wrote it, and the ID.
func buildID() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := elf.Open(name)
	if err != nil {
		return ""
	}
	defer file.Close()
	section := file.Section(".note.go.buildid")
	if section == nil {
		return ""
	}
	note, err := section.Data()
	const header = "xxxxyyyyzzzzGo\x00\x00"
	if err != nil || len(note) <= len(header) || !bytes.Equal(note[12:len(header)], []byte(header[12:])) {
		return ""
	}
	return strings.TrimRight(string(note[len(header):]), "\x00")
}
