// Package standin has what stand-ins written in Go share, whatever gateway they
// imitate: ids, accounts with credentials and a clock of their own, webhooks on
// their way to a merchant, and the program around it all. What a gateway says
// and does is the stand-in's own; the control protocol is package gateway's.
package standin
