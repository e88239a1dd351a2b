package script

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/rogpeppe/go-internal/testscript"
)

// startRegistry is `registry VARIABLE [user:password | status]`: a registry on
// the loopback address, which the variable then holds. It wants credentials, or
// answers everything with a status.
func startRegistry(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: registry VARIABLE [user:password | status]")
	}
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	if len(args) == 2 {
		handler = instead(handler, args[1])
	}
	server := httptest.NewServer(handler)
	ts.Defer(server.Close)
	ts.Setenv(args[0], strings.TrimPrefix(server.URL, "http://"))
}

func instead(handler http.Handler, how string) http.Handler {
	if status, err := strconv.Atoi(how); err == nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	user, password, _ := strings.Cut(how, ":")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, p, ok := r.BasicAuth(); !ok || u != user || p != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// pull is `pull REFERENCE FOLDER`: the manifest of an image as manifest.json,
// and the files of its layers.
func pull(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: pull REFERENCE FOLDER")
	}
	reference, err := name.ParseReference(args[0])
	ts.Check(err)
	image, err := remote.Image(reference)
	ts.Check(err)
	folder := ts.MkAbs(args[1])
	ts.Check(writeManifest(image, folder))
	layers, err := image.Layers()
	ts.Check(err)
	for _, layer := range layers {
		ts.Check(extract(layer, folder))
	}
}

func writeManifest(image v1.Image, folder string) error {
	manifest, err := image.Manifest()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, "manifest.json"), append(text, '\n'))
}

func extract(layer v1.Layer, folder string) error {
	content, err := layer.Uncompressed()
	if err != nil {
		return err
	}
	defer content.Close()
	for archive := tar.NewReader(content); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, filepath.FromSlash(header.Name)), data); err != nil {
			return err
		}
	}
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}
