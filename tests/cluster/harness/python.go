package harness

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// python returns the path of a Python with the packages of a requirements file: a virtual
// environment in the cache, whose name derives from the file and the base Python.
func (m modules) python(requirements string) (string, error) {
	data, err := os.ReadFile(requirements)
	if err != nil {
		return "", err
	}
	version, err := command("python3", "-c", "import sys; print(sys.version, sys.platform)")
	if err != nil {
		return "", fmt.Errorf("the emulator of AWS needs python3 with its modules venv and pip: %w", err)
	}
	key := sha256.Sum256(append(data, version...))
	folder := filepath.Join(m.cache, fmt.Sprintf("python-%x", key[:6]))
	unlock, err := lockedfile.MutexAt(filepath.Join(m.cache, "lock-python")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	program := filepath.Join(folder, "bin", "python")
	if _, err := os.Stat(filepath.Join(folder, "complete")); err == nil {
		return program, nil
	}
	return program, install(folder, program, requirements)
}

// install makes a new virtual environment. Its scripts contain its path, so it is made in
// place; the file that is written last marks a complete one.
func install(folder, program, requirements string) error {
	fmt.Fprintf(os.Stderr, "installing %s: a minute when it is new to this machine\n", requirements)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if _, err := command("python3", "-m", "venv", folder); err != nil {
		return err
	}
	if _, err := command(program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", requirements); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "complete"), nil, 0o644)
}

// command runs a program and returns its trimmed output, or an error with its output.
func command(program string, args ...string) (string, error) {
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}
