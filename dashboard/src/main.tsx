/* @refresh reload */
import { Router } from '@solidjs/router'
import { render } from 'solid-js/web'
import { startClock } from './clock.ts'
import { Root } from './frame/root.tsx'
import { routes } from './routes.ts'
import { startSession } from './session.ts'
import { startTheme } from './theme.ts'
import './ui/tokens.css'
import './ui/base.css'
import './ui/text.css'
import './ui/controls.css'
import './ui/layout.css'
import './ui/table.css'

startTheme()
startClock()
startSession()
const place = document.getElementById('app')
if (place) render(() => <Router root={Root}>{routes}</Router>, place)
