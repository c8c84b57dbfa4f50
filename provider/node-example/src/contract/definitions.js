// The contract's service and messages, from its .proto.

import contractProto from "../../../../contract/paymentprovider/v1/paymentprovider.proto";
import { loadDefinitions } from "../plugin/definitions.js";
import googleRPCProto from "./google_rpc.proto";

const definitions = loadDefinitions(contractProto, googleRPCProto);

export const service = definitions["paymentprovider.v1.PaymentProvider"];

/** Encodes a message, given its full name, and returns a Buffer. */
export function encode(name, message) { return definitions[name].serialize(message); }
