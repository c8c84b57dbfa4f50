// Package staff serves the pages of the people who work in the shop: what was paid and
// refunded, what needs a person, the providers, a day's figures, and who may do what.
//
// Every page stands behind a login. A person has one of three roles: a clerk reads, who
// has refunds may refund as well, and an operator may do everything, such as to decide
// about payments, to swap providers and to manage the others.
//
// The files are subjects:
//
//   - staff.go has the routes, and which role each of them needs; pages.go makes the pages.
//   - password.go hashes passwords, limit.go bounds how many may be tried, and login.go
//     and sessions.go say who somebody is. people.go is where an operator manages that, and
//     accounts.go keeps it.
//   - ledger.go and search.go read the tables of package host, and write none.
//   - payments.go, timeline.go, refund.go and decide.go are about one payment. actions.go
//     stores who asked for what, before it is done.
//   - attention.go, providers.go, day.go, chart.go and csv.go are the other pages.
//
// Nothing on a page is a script or a style of its own, no page shows a secret or the body
// of a request, and a form of another site reaches none of them.
package staff
