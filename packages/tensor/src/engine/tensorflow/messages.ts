import protobuf from "protobufjs"

/** One operation of a graph. Inputs are `node`, `node:result`, or `^node` for order alone. */
export interface NodeDef {
  readonly name: string
  readonly op: string
  readonly input: readonly string[]
  readonly device: string
  readonly attr: Readonly<Record<string, AttrValue>>
}

export interface TensorShapeProto {
  readonly dim: readonly { readonly size: number }[]
}

/** A value of an attribute: exactly one field is set. */
export interface AttrValue {
  readonly s?: Uint8Array
  readonly i?: number
  readonly b?: boolean
  readonly type?: number
  readonly shape?: TensorShapeProto
  readonly tensor?: {
    readonly dtype: number
    readonly tensorShape: TensorShapeProto
    readonly tensorContent: Uint8Array
  }
  readonly list?: { readonly type: readonly number[] }
  readonly func?: { readonly name: string }
}

interface ArgDef {
  readonly name: string
  readonly type: number
}

export interface FunctionDef {
  readonly signature: {
    readonly name: string
    readonly inputArg: readonly ArgDef[]
    readonly outputArg: readonly ArgDef[]
  }
  readonly nodeDef: readonly NodeDef[]
  /** Where each result comes from. */
  readonly ret: Readonly<Record<string, string>>
  readonly attr: Readonly<Record<string, AttrValue>>
}

export interface GraphDef {
  readonly node: readonly NodeDef[]
  readonly library: { readonly function: readonly FunctionDef[] }
}

/** The part of TensorFlow's messages that this package writes, with the field numbers of its .proto files. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
  message MetaGraphDef { MetaInfoDef meta_info_def = 1; GraphDef graph_def = 2; }
  message MetaInfoDef { repeated string tags = 4; }
  message GraphDef { repeated NodeDef node = 1; FunctionDefLibrary library = 2; VersionDef versions = 4; }
  message VersionDef { int32 producer = 1; }
  message NodeDef {
    string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5;
  }
  message AttrValue {
    oneof value {
      bytes s = 2; int64 i = 3; bool b = 5; int32 type = 6; TensorShapeProto shape = 7; TensorProto tensor = 8;
      ListValue list = 1; NameAttrList func = 10;
    }
  }
  message ListValue { repeated int32 type = 6 [packed = true]; }
  message NameAttrList { string name = 1; }
  message TensorShapeProto { repeated Dim dim = 2; }
  message Dim { int64 size = 1; }
  message TensorProto { int32 dtype = 1; TensorShapeProto tensor_shape = 2; bytes tensor_content = 4; }
  message FunctionDefLibrary { repeated FunctionDef function = 1; }
  message FunctionDef {
    OpDef signature = 1; repeated NodeDef node_def = 3; map<string, string> ret = 4; map<string, AttrValue> attr = 5;
  }
  message OpDef { string name = 1; repeated ArgDef input_arg = 2; repeated ArgDef output_arg = 3; }
  message ArgDef { string name = 1; int32 type = 3; }
`)

const SavedModel = root.lookupType("SavedModel")

/** The version that TensorFlow's Python API stamped on graphs when this set of operations was current. */
const PRODUCER = 1286

/** The tag under which `encodeSavedModel` files its one graph. */
export const SAVED_MODEL_TAG = "serve"

/** The bytes of a `saved_model.pb` with one graph: it needs no variables folder, no saver and no signature. */
export const encodeSavedModel = ({ node, library }: GraphDef): Uint8Array =>
  SavedModel.encode({
    savedModelSchemaVersion: 1,
    metaGraphs: [
      { metaInfoDef: { tags: [SAVED_MODEL_TAG] }, graphDef: { node, library, versions: { producer: PRODUCER } } }
    ]
  }).finish()
