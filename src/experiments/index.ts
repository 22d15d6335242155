// Everything of src/experiments that the data of an experiment may import.
export { defineExperiment } from './experiment.ts';
export type { Experiment, Measurement, Range, Side, SideFacts, Value } from './experiment.ts';
export { deliveriesOf, predict } from './model.ts';
export type { Settings } from './model.ts';
export { gapsOf } from './observed.ts';
export type { Observed, ObservedDelivery, ObservedMessage } from './observed.ts';
