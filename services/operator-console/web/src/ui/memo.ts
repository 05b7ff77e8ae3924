import { Component, createElement, type ComponentChild, type ComponentType } from 'preact';

type Same<P> = (before: Readonly<P>, after: Readonly<P>) => boolean;

const sameProps = <P extends object>(before: Readonly<P>, after: Readonly<P>): boolean =>
  (Object.keys(after) as (keyof P)[]).every((key) => before[key] === after[key]);

/** Draws a component anew only when its props differ. Preact's own `memo` lives in its React layer, which weighs more than this. */
export function memo<P extends object>(inner: ComponentType<P>, same: Same<P> = sameProps): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !same(this.props, next);
    }

    override render(props: P): ComponentChild {
      return createElement(inner, props);
    }
  };
}
