/**
 * Compile-time check, run by `npm run check`: everything that crosses the engine boundary can be cloned by the
 * browser. A function crosses only as an argument of its own (it is proxied), and what it is called with is
 * cloned as well.
 */
import type { Engine } from '$workers/engine';

type Plain = string | number | bigint | boolean | null | undefined | void;
type Native = MessagePort | ArrayBuffer | ArrayBufferView | Blob | Date | FileSystemHandle | Error;

/** T itself where structured clone takes it, else a type that T does not fit. */
export type Cloneable<T> = T extends Plain | Native
  ? T
  : T extends (...args: never[]) => unknown
    ? never
    : T extends symbol
      ? never
      : T extends Map<infer K, infer V>
        ? Map<Cloneable<K>, Cloneable<V>>
        : T extends Set<infer V>
          ? Set<Cloneable<V>>
          : { [K in keyof T]: Cloneable<T[K]> };

type Fits<T> = [T] extends [Cloneable<T>] ? true : false;

/** An argument: plain data, or a callback whose arguments and answer are plain data. */
type ArgumentFits<T> =
  NonNullable<T> extends (...args: infer A) => infer R ? Fits<[A, Awaited<R>]> : Fits<T>;

type ArgumentsFit<A extends unknown[]> = A extends [(infer First)?, ...infer Rest]
  ? A extends []
    ? true
    : ArgumentFits<First> extends true
      ? ArgumentsFit<Rest>
      : false
  : true;

type MethodFits<M> = M extends (...args: infer A) => Promise<infer R>
  ? ArgumentsFit<Required<A>> extends true
    ? Fits<R>
    : false
  : false;

/** A method that fails stands here by name, with `false`. */
export const engineCrosses: { [K in keyof Engine]: MethodFits<Engine[K]> } & Record<keyof Engine, true> = {} as {
  [K in keyof Engine]: MethodFits<Engine[K]>;
};

// The check itself must be able to fail.
interface Wrong {
  handsOutAFunction(): Promise<{ later: () => void }>;
  takesAnObjectWithAMethod(argument: { run(): void }): Promise<void>;
  callsBackWithASymbol(onEvent: (event: { id: symbol }) => void): Promise<void>;
  isNotAPromise(): string;
}
export const wrongIsSeen: { [K in keyof Wrong]: MethodFits<Wrong[K]> } = {
  handsOutAFunction: false,
  takesAnObjectWithAMethod: false,
  callsBackWithASymbol: false,
  isNotAPromise: false
};
