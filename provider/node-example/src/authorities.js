// Whom TLS trusts. Node.js has a list of its own and does not look at the
// variable by which an operator adds a company's authority, one of the few that
// a host passes on.

import { readFileSync } from "node:fs";
import tls from "node:tls";

/** The authorities to trust, in PEM: undefined for those of Node.js alone. */
export function readAuthorities({ SSL_CERT_FILE: file }) {
  return file ? [...tls.rootCertificates, readFileSync(file)] : undefined;
}
