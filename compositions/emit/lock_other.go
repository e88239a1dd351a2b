//go:build !unix

package emit

// lock does nothing where folders cannot be locked.
func (f *folder) lock() (unlock func(), err error) { return func() {}, nil }
