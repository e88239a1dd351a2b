package memo

import (
	"bytes"
	"debug/elf"
	"os"
	"runtime/debug"
	"strings"
)

// program returns a unique name of the running program: the build ID, which Go's linker
// derives from the content, or else the release. It is empty if neither is known.
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

// buildID returns the build ID of an ELF program. The note has three numbers, the name of
// its writer, and the ID.
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
