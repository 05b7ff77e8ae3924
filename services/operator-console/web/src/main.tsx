import '@fontsource-variable/inter/opsz.css';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/strip.css';
import './styles/chart.css';
import './styles/circuits.css';
import './styles/evses.css';
import './styles/cards.css';
import './styles/overlays.css';
import './styles/drawer.css';
import './styles/states.css';
import { render } from 'preact';
import { applyTheme, storedTheme } from './data/preferences.ts';
import { App } from './ui/app.tsx';

applyTheme(storedTheme());
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
