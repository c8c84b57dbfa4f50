// The contract as it is on the wire.

import contractProto from "../../../../contract/paymentprovider/v1/paymentprovider.proto";
import { loadDefinitions } from "../plugin/definitions.js";
import googleRPCProto from "./google_rpc.proto";

const definitions = loadDefinitions(contractProto, googleRPCProto);

export const service = definitions["paymentprovider.v1.PaymentProvider"];

/** Writes a message of that full name: a Buffer. */
export function encode(name, message) { return definitions[name].serialize(message); }
