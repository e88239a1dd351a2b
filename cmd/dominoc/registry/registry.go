// Package registry pushes images to a registry.
//
// In go a reference and an image; out comes whether the image was pushed or the registry
// already had it. Building images is left to package oci. Credentials are those of docker
// login. Package cli calls it.
package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Registry reaches registries with the credentials of docker login, over TLS unless plain
// HTTP is allowed.
type Registry struct {
	PlainHTTP bool
	Version   string // of dominoc, for the registry's log
}

// Tag reads oci://registry/repository[:tag].
func (r Registry) Tag(reference string) (name.Tag, error) {
	rest, ok := strings.CutPrefix(reference, "oci://")
	if !ok {
		return name.Tag{}, fmt.Errorf("%q: a reference begins with oci://", reference)
	}
	if strings.Contains(rest, "@") {
		return name.Tag{}, fmt.Errorf("%q: the digest is what push prints; give a tag, or none for latest", reference)
	}
	tag, err := r.parse(rest)
	if err != nil {
		return name.Tag{}, fmt.Errorf("%q: %w", reference, err)
	}
	return tag, nil
}

// parse reads registry/repository[:tag]. There is no default registry.
func (r Registry) parse(reference string) (name.Tag, error) {
	host, repository, _ := strings.Cut(reference, "/")
	if repository == "" || !strings.ContainsAny(host, ".:") && host != "localhost" {
		return name.Tag{}, errors.New("must name a registry and a repository, such as oci://registry.example.com/domino/manifests")
	}
	var options []name.Option
	if r.PlainHTTP {
		options = append(options, name.Insecure)
	}
	return name.NewTag(reference, options...)
}

// Push pushes an image unless the tag already has it. If the registry does not answer which
// image the tag has, the error of the push is the one to report.
func (r Registry) Push(ctx context.Context, tag name.Tag, image v1.Image) (pushed bool, err error) {
	digest, err := image.Digest()
	if err != nil {
		return false, err
	}
	r.PlainHTTP = r.PlainHTTP || onLoopback(tag.RegistryStr())
	if there, err := remote.Head(tag, r.options(ctx)...); err == nil && there.Digest == digest {
		return false, nil
	}
	err = remote.Write(tag, image, r.options(ctx)...)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if err = explained(err, tag); err != nil {
		return false, fmt.Errorf("push to %s: %w", tag.Name(), err)
	}
	return true, nil
}

func (r Registry) options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx),
		remote.WithAuthFromKeychain(authn.DefaultKeychain),
		remote.WithUserAgent("dominoc/" + r.Version),
		remote.WithTransport(overTLS{r.PlainHTTP, remote.DefaultTransport}),
	}
}

// overTLS refuses requests without TLS, redirects included, unless they are allowed or
// stay on this machine. The library would try plain HTTP with every private address.
type overTLS struct {
	plainHTTP bool
	next      http.RoundTripper
}

var errPlainHTTP = errors.New("plain HTTP is not allowed: the registry must have TLS, or give --plain-http")

func (t overTLS) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme == "http" && !t.plainHTTP && !onLoopback(request.URL.Host) {
		return nil, errPlainHTTP
	}
	return t.next.RoundTrip(request)
}

// onLoopback reports whether host[:port] is this machine.
func onLoopback(address string) bool {
	host := (&url.URL{Host: address}).Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// explained returns a registry's error as a sentence with the remedy.
func explained(err error, tag name.Tag) error {
	var refused *transport.Error
	var certificate *tls.CertificateVerificationError
	var network *net.OpError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return refusal(refused, tag)
	case errors.As(err, &certificate):
		return fmt.Errorf("its certificate is not trusted: %w", certificate.Err)
	case errors.Is(err, errPlainHTTP):
		return fmt.Errorf("no TLS at %s: %w", tag.RegistryStr(), errPlainHTTP)
	case errors.As(err, &network):
		return network
	}
	return err
}

func refusal(refused *transport.Error, tag name.Tag) error {
	said := http.StatusText(refused.StatusCode)
	if len(refused.Errors) > 0 {
		said = refused.Errors[0].String()
	}
	answer := fmt.Errorf("%d %s", refused.StatusCode, said)
	switch refused.StatusCode {
	case http.StatusUnauthorized:
		return fmt.Errorf("%w: run docker login %s, or check its credential helper", answer, tag.RegistryStr())
	case http.StatusForbidden:
		return fmt.Errorf("%w: these credentials may not push to %s", answer, tag.RepositoryStr())
	case http.StatusNotFound:
		return fmt.Errorf("%w: create the repository %s; not every registry creates it on a push", answer, tag.RepositoryStr())
	}
	return answer
}
