import { NonNegativeNumber, optional, PositiveInteger, PositiveNumber, setting, UnitInterval } from "@twinpact/core"
import { Schema } from "effect"
import { DECODER_NAMES } from "../decoding/decode-menu.ts"

const RangeOfPositives = Schema.Tuple([PositiveNumber, PositiveNumber]).check(
  Schema.makeFilter(([low, high]) => low <= high || `Expected [low, high] with low <= high, found [${low}, ${high}]`)
)

const Devices = Schema.Struct({
  response: setting(
    Schema.Literals(["rational", "bounded-rational", "dishonest", "learned"]),
    "rational",
    "How devices answer a menu; learned: they are agents of the study, in the role device"
  ),
  population: setting(
    Schema.Literals(["expectation", "drawn"]),
    "expectation",
    "Weigh types by their probability, or draw the types of the devices of every instance (learned: always drawn)"
  ),
  temperature: setting(
    NonNegativeNumber,
    0.05,
    "bounded-rational: softmax temperature in units of the cost of the top type's first best; 0 = rational"
  ),
  probability: setting(UnitInterval, 0.1, "dishonest: probability that a device is dishonest"),
  qualityShare: setting(UnitInterval, 0, "dishonest: share of good data that a dishonest device delivers"),
  detectionProbability: setting(
    UnitInterval,
    0.5,
    "dishonest: probability that a dishonest device is caught and not paid"
  )
})

/** The keys of the environment `contract`. */
export const ContractConfig = Schema.Struct({
  typeCount: setting(
    Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 50 })),
    2,
    "K: number of device types, 2 to 50"
  ),
  distribution: setting(
    Schema.Literals(["auto", "paper", "strata"]),
    "auto",
    "Where types come from; paper: [50, 100] and [200, 250]; strata: K equal parts of [50, 250]; auto: paper if K = 2, else strata"
  ),
  integerTypes: setting(Schema.Boolean, false, "Draw whole-numbered types"),
  unitCost: setting(RangeOfPositives, [25, 35], "c: range of a device's cost of one unit of data"),
  unitRevenue: setting(
    RangeOfPositives,
    [10, 15],
    "theta: range of the server's revenue per unit of the value of data"
  ),
  fixedCost: setting(NonNegativeNumber, 0.01, "c0: a device's cost of taking part"),
  incentiveWeight: setting(PositiveNumber, 0.6, "rho: a device's value of one unit of payment, per unit of its type"),
  deviceCount: setting(PositiveInteger, 10, "M: devices that the server contracts with"),
  fairnessExponent: setting(
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true })),
    0.5,
    "beta: curvature of the value of data, in [0, 1)"
  ),
  maximumDataSize: optional(PositiveNumber, "Largest amount of data of one item; absent: no limit"),
  decoder: setting(
    Schema.Literals(DECODER_NAMES),
    "feasible",
    "How an action becomes a menu; box: fixed ranges; state: ranges of the instance; feasible: all menus that nobody wants to leave; feasible-sizes: data sizes alone"
  ),
  reward: setting(
    Schema.Literals(["penalty", "gate", "self-selection", "raw"]),
    "self-selection",
    "What the server learns from; penalty: promised utility minus violations; gate: promised utility if feasible; self-selection: utility after the devices' response; raw: promised utility"
  ),
  penaltyWeight: setting(NonNegativeNumber, 2, "penalty: weight of the violations; below 1, violating pays"),
  gatePenalty: setting(NonNegativeNumber, 0, "gate: utility that an infeasible menu loses"),
  rewardScale: optional(
    PositiveNumber,
    "Server utility that a reward of 1 stands for; absent: the mean exact optimum of the distribution"
  ),
  episodeSteps: setting(
    PositiveInteger,
    1,
    "Rounds of an episode; 1: every round is a new instance; more: cost and revenue drift, types stay"
  ),
  devices: setting(Devices, {}, "How devices respond")
})
export type ContractConfig = typeof ContractConfig.Type
