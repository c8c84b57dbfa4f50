// Package web is what all pages of the host share, those of buyers and those of staff:
// the headers that keep them private, the language of whoever looks at them, amounts and
// times as that language writes them, and one stylesheet.
//
//   - headers.go says what a browser may do with a page: nothing but what comes from here.
//   - static.go serves the stylesheet and the scripts.
//   - language.go finds the language, and texts.go has the texts in it.
//   - money.go and moment.go write amounts and times.
//   - view.go is what a template sees of all this, and render.go executes it.
//
// It knows no sales, and no database.
package web
