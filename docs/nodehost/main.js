// Starts the host. A shop of yours calls host.checkout and host.ledger.readOrder:
// node main.js CATALOG DATABASE-URL KEY-FILE ADDRESS BASE-URL

import { endOnSignals, startHost } from "./host.js";

const [catalog, database, keyFile, address, baseURL] = process.argv.slice(2);
const host = await startHost({ catalog, database, keyFile, address, baseURL });
endOnSignals(() => host.stop());
